import { test } from "@jest/globals";
import { sectionOf } from "../../support/description.ts";
import { eventually } from "../../support/eventually.ts";
import { sendSignals } from "../../support/bot/api.ts";
import { useScenario } from "../../support/scenario.ts";
import { completion } from "../../support/signals.ts";

const scenario = useScenario();

test("a change in two repositories: each description links the other, and keeps up with it; the check waits where that is wanted", async () => {
  const { github } = scenario.stage;
  const files = { ".github/orb.yml": "siblings: wait\n" };
  const api = await scenario.addRepository("api", { files });
  const web = await scenario.addRepository("web");
  for (const repository of [api, web]) {
    const branch = "agent/both";
    await github.pushFiles(repository, { branch, from: "main", files: { "both.ts": "" }, message: "Both" });
    const about = { repository: `octo/${repository.name}`, branch };
    await sendSignals(scenario.bot.url, [completion("both", about, { minute: 30 })]);
  }
  const [first, second] = await eventually("both open", async () => {
    const found = [api, web].map(({ pullRequests }) => [...pullRequests.values()][0]);
    return found.every((each) => each !== undefined) && found;
  });
  await eventually("the links", () => {
    const sections = [first, second].map((each) => each && sectionOf(each, "siblings"));
    return sections[0]?.includes("octo/web") && sections[1]?.includes("octo/api");
  });
  // The other one still waits for its checks.
  await github.startCheckRun(web, second?.headSha ?? "", { name: "tests" });
  const own = () => api.checkRuns.find(({ name }) => name === "orb");
  await eventually("the check waits", () => own()?.status === "in_progress");
  await github.completeCheckRun(web, second?.headSha ?? "", { name: "tests", conclusion: "success" });
  await github.mergePullRequest(web, second?.number ?? 0, { method: "squash" });
  await eventually("the check goes on", () => own()?.status === "completed");
  await eventually("the merge in the description", () => first?.body?.includes("merged"));
});
