import { expect, test } from "@jest/globals";
import { sectionOf } from "../../support/description.ts";
import { eventually } from "../../support/eventually.ts";
import { useScenario } from "../../support/scenario.ts";

/** Runs once, where a run is about to write. */
let beforeWrite: (() => Promise<unknown>) | null = null;

const scenario = useScenario({
  checkpoint: async (name) => {
    const act = name === "write:started" ? beforeWrite : null;
    if (act) beforeWrite = null;
    await act?.();
  },
});

test("what is pushed while a description is written is described and told as well", async () => {
  const { repository } = scenario.stage;
  await scenario.complete("moving");
  const pullRequest = await scenario.opened("moving");
  const push = (file: string) => scenario.change(repository, { [file]: "export {};\n" }, "agent/moving");
  let latest = "";
  beforeWrite = async () => (latest = await push("src/meanwhile.ts"));
  await push("src/first.ts");
  await eventually("both described", async () => {
    await scenario.lookAgain("moving");
    const files = sectionOf(pullRequest, "files") ?? "";
    return files.includes("src/first.ts") && files.includes("src/meanwhile.ts");
  });
  const updates = await eventually("both told", async () => {
    const events = await scenario.stage.events("moving");
    const told = events.filter(({ type }) => type === "orb.pull_request.updated");
    return told.length >= 2 && told;
  });
  expect(updates.at(-1)?.data["pullRequest"]).toMatchObject({ headSha: latest });
});

test("an update tells of the pull request as the write has left it", async () => {
  await scenario.complete("retitled", { data: { title: "Say hello" } });
  await scenario.opened("retitled");
  await scenario.completeAgain("retitled", { files: null, data: { title: "Say goodbye" } });
  const { data } = await scenario.event("retitled", "orb.pull_request.updated");
  expect(data["pullRequest"]).toMatchObject({ title: "Say goodbye" });
});
