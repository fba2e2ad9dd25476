import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "../../support/testing.ts";
import type { Account } from "../../local-github/account.ts";
import { eventually } from "../../support/eventually.ts";
import { longStory } from "../../support/sample.ts";
import { useCleanupStage } from "../../support/workspaces/cleanup-stage.ts";
import { holdFolder } from "../../support/workspaces/hold-folder.ts";

const world = useCleanupStage();
let ines: Account | null = null;

test("`/orb cleanup` removes the workspace before its time, once nobody uses it", async () => {
  const { github, repository } = world.stage;
  await world.create("command");
  await world.commit("command", { push: true });
  const branch = "agent/command";
  const completed = { project: "command", repository: "octo/hello", branch, summary: "Adds a greeting." };
  await world.signal("orb.implementation.completed", completed, 60_000);
  const pullRequest = await eventually("the pull request", () =>
    [...repository.pullRequests.values()].find(({ headRef }) => headRef === branch),
  );
  // The record knows its number: a comment that comes earlier is one on somebody else's pull request.
  await world.event("command", ({ type }) => type === "orb.pull_request.opened");
  ines = github.createUser("ines");
  github.addCollaborator(repository, ines, "write");
  await github.comment(repository, pullRequest.number, "/orb cleanup discard", { by: ines });
  await eventually("the answer, with what the command takes", () =>
    pullRequest.comments.some(({ body }) => body.includes("takes no words after it, such as `archive`")),
  );
  // The last signal was a moment ago: agents may be resumed.
  const waiting = await world.cleanup("command", ({ status }) => status === "deferred");
  expect(waiting.reasons).toMatchObject([{ code: "recently_signalled" }]);
  expect(world.isGone("command")).toBe(false);
  world.passHours(1);
  const done = await world.cleanup("command", ({ status }) => status === "completed");
  const { json } = await world.ask("GET", `/api/v1/cleanups/${done.id}`);
  expect(json).toMatchObject({ origin: "command", by: "ines", unpushed: "keep", outcome: "removed" });
  expect(json["because"]).toContain(pullRequest.number.toString());
});

longStory("if nothing is left to remove, the person's request is answered with an event", async () => {
  const { repository, github } = world.stage;
  const pullRequest = await eventually("the pull request", () =>
    [...repository.pullRequests.values()].find(({ headRef }) => headRef === "agent/command"),
  );
  if (!ines) throw new Error("Nobody may give commands");
  await github.comment(repository, pullRequest.number, "/orb cleanup", { by: ines });
  const { data } = await world.event("command", ({ type }) => type === "orb.cleanup.cancelled");
  expect(data).toMatchObject({ cleanup: null });
});

longStory(
  "what has been kept for 30 days is asked about once, and one call of the two answers it (D5)",
  async () => {
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
    expect((await world.ask("GET", `/api/v1/cleanups/${done.id}`)).json["archive"]).toEqual(
      expect.any(String),
    );

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
  },
);

longStory(
  "work that comes after somebody asked to discard what was there is kept, until that is asked again",
  async () => {
    await world.create("later");
    await world.write("later", "draft.txt", "Nobody needs it.");
    const workspace = { host: world.host, path: world.pathOf("later") };
    const discard = async () => world.ask("POST", "/api/v1/cleanups", { workspace, unpushed: "discard" });
    await world.signal("orb.project.cancelled", { project: "later" });
    await world.cleanup("later", ({ reasons }) => reasons.some(({ code }) => code === "untracked_files"));
    const holder = await holdFolder(workspace.path);
    await discard();
    const { id } = await world.cleanup("later", ({ reasons }) =>
      reasons.some(({ code }) => code === "in_use"),
    );
    await world.write("later", "result.txt", "Somebody needs it.");
    await holder[Symbol.asyncDispose]();
    expect(await world.ask("POST", `/api/v1/cleanups/${id}/run`)).toMatchObject({ status: 202 });
    await world.cleanup("later", ({ reasons }) => reasons[0]?.code === "worked_on_since");
    expect(existsSync(join(workspace.path, "result.txt"))).toBe(true);
    await discard();
    await world.cleanup("later", ({ status }) => status === "completed");
    expect(world.isGone("later")).toBe(true);
  },
);
