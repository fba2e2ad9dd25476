import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "../../support/testing.ts";
import { useCleanupStage } from "../../support/workspaces/cleanup-stage.ts";
import { holdFolder } from "../../support/workspaces/hold-folder.ts";

const world = useCleanupStage();
test("what has been kept for 30 days is asked about once, and one call of the two answers it (D5)", async () => {
  await world.create("old");
  await world.commit("old", { push: false });
  await world.signal("orb.project.cancelled", { project: "old" });
  await world.cleanup("old", ({ status }) => status === "deferred");
  world.passHours(29 * 24);
  await world.sweep();
  world.passHours(2 * 24);
  await world.sweep();
  const { data } = await world.event("old", ({ data }) => Boolean(data["question"]));
  const question = data["question"] as Record<
    "archive" | "discard",
    { method: string; path: string; body: object }
  >;
  await world.sweep();
  const asked = (await world.stage.events("old")).filter(({ data }) => data["question"]);
  expect(asked).toHaveLength(1);
  const { method, path, body } = question.archive;
  expect(await world.ask(method, path, body)).toMatchObject({ status: 202 });
  const done = await world.cleanup("old", ({ status }) => status === "completed");
  expect((await world.ask("GET", `/api/v1/cleanups/${done.id}`)).json["archive"]).toEqual(expect.any(String));

  // The other one answers it too.
  await world.create("old-too");
  await world.commit("old-too", { push: false });
  await world.signal("orb.project.cancelled", { project: "old-too" });
  const kept = await world.cleanup("old-too", ({ status }) => status === "deferred");
  const discard = { ...question.discard.body, workspace: { host: world.host, path: kept.workspace.path } };
  expect(await world.ask(question.discard.method, question.discard.path, discard)).toMatchObject({
    status: 202,
  });
  await world.cleanup("old-too", ({ status }) => status === "completed");
  expect(world.isGone("old-too")).toBe(true);
});

test("work that comes after somebody asked to discard what was there is kept, until that is asked again", async () => {
  await world.create("later");
  await world.write("later", "draft.txt", "Nobody needs it.");
  const workspace = { host: world.host, path: world.pathOf("later") };
  const discard = async () => world.ask("POST", "/api/v1/cleanups", { workspace, unpushed: "discard" });
  await world.signal("orb.project.cancelled", { project: "later" });
  await world.cleanup("later", ({ reasons }) => reasons.some(({ code }) => code === "untracked_files"));
  const holder = await holdFolder(workspace.path);
  await discard();
  const { id } = await world.cleanup("later", ({ reasons }) => reasons.some(({ code }) => code === "in_use"));
  await world.write("later", "result.txt", "Somebody needs it.");
  await holder[Symbol.asyncDispose]();
  expect(await world.ask("POST", `/api/v1/cleanups/${id}/run`)).toMatchObject({ status: 202 });
  await world.cleanup("later", ({ reasons }) => reasons[0]?.code === "worked_on_since");
  expect(existsSync(join(workspace.path, "result.txt"))).toBe(true);
  await discard();
  await world.cleanup("later", ({ status }) => status === "completed");
  expect(world.isGone("later")).toBe(true);
});
