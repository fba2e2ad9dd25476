import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { runGit } from "../../../fixtures/meta-agent/git.ts";
import { describe, expect, test } from "../../support/testing.ts";
import type { Account } from "../../local-github/account.ts";
import { eventually } from "../../support/eventually.ts";
import { longStory } from "../../support/sample.ts";
import { useCleanupStage } from "../../support/workspaces/cleanup-stage.ts";

const world = useCleanupStage();

test("the workspace of a cancelled project is gone at once, and a fence stands in its place", async () => {
  await world.create("cancelled");
  await world.signal("orb.project.cancelled", { project: "cancelled" });
  const cleanup = await world.cleanup("cancelled", ({ status }) => status === "completed");
  expect(cleanup).toMatchObject({ outcome: "removed" });
  expect(world.isGone("cancelled")).toBe(true);
  await expect(runGit(world.pathOf("cancelled"), ["status"])).rejects.toMatchObject({ code: "git_failed" });
  const { json } = await world.ask("GET", "/api/v1/projects/cancelled");
  expect(json).toMatchObject({ status: "cancelled", workspaceGone: { outcome: "removed", archive: null } });
  await eventually("the events", async () =>
    (await world.typesOf("cancelled")).includes("orb.cleanup.completed"),
  );
  expect(await world.typesOf("cancelled")).toEqual([
    "orb.cleanup.scheduled",
    "orb.cleanup.started",
    "orb.cleanup.completed",
  ]);
});

longStory(
  "it is gone at once, too, if the cancellation arrives before the signal that names the workspace",
  async () => {
    const created = await world.clone("overtaken");
    await world.signal("orb.project.cancelled", { project: "overtaken" });
    await eventually("the project cancelled", async () => {
      const { json } = await world.ask("GET", "/api/v1/projects/overtaken");
      return json["status"] === "cancelled";
    });
    // Sent a minute before the cancellation: later, it would be a sign of work.
    await world.signal("orb.project.created", created, 60_000);
    const cleanup = await world.cleanup("overtaken", ({ status }) => status === "completed");
    expect(cleanup).toMatchObject({ outcome: "removed" });
    expect(world.isGone("overtaken")).toBe(true);
  },
);

test("a folder outside the root is never due, also of a cancelled project, and says what to do", async () => {
  const project = { id: "outside", name: "Outside", userId: "user-1" };
  const workspace = { host: world.host, path: "/etc" };
  await world.signal("orb.project.created", { project, repository: "octo/hello", workspace });
  await world.signal("orb.project.cancelled", { project: "outside" });
  const shown = await eventually("the reason", async () => {
    const { json } = await world.ask("GET", "/api/v1/workspaces?kept=true&project=outside");
    return (json["items"] as object[])[0];
  });
  const owner = { kind: "operator" };
  expect(shown).toMatchObject({ dueAt: null, kept: [{ code: "outside_root", owner }] });
  await world.sweep();
  expect(await world.cleanupsOf("outside")).toEqual([]);
});

longStory(
  "that of a merged pull request stays for a day, and then goes, although its commits were squashed",
  async () => {
    const { github, repository } = world.stage;
    await world.create("merged");
    await world.commit("merged", { push: true });
    const branch = "agent/merged";
    const headSha = await runGit(world.pathOf("merged"), ["rev-parse", "HEAD"]);
    const completed = {
      project: "merged",
      repository: "octo/hello",
      branch,
      headSha,
      summary: "Adds a greeting.",
    };
    // GitHub's times are in whole seconds: one in the same second as the merge would be work after it.
    await world.signal("orb.implementation.completed", completed, 60_000);
    const pullRequest = await eventually("the pull request", () =>
      [...repository.pullRequests.values()].find(({ headRef }) => headRef === branch),
    );
    await github.mergePullRequest(repository, pullRequest.number, { method: "squash" });
    await eventually("the project merged", async () => {
      const { json } = await world.ask("GET", "/api/v1/projects/merged");
      return json["status"] === "merged";
    });
    await world.sweep();
    const scheduled = await world.cleanup("merged", ({ status }) => status === "scheduled");
    const { json } = await world.ask("GET", `/api/v1/workspaces/${scheduled.workspace.id}`);
    expect(json).toMatchObject({ status: "scheduled", cleanup: { id: scheduled.id } });
    world.passHours(20);
    await world.sweep();
    expect((await world.cleanupsOf("merged"))[0]?.status).toBe("scheduled");
    world.passHours(6);
    const done = await world.cleanup("merged", ({ status }) => status === "completed");
    expect(done).toMatchObject({ outcome: "removed" });
    await eventually("the events", async () =>
      (await world.typesOf("merged")).includes("orb.cleanup.completed"),
    );
    expect(await world.typesOf("merged")).toEqual([
      "orb.cleanup.scheduled",
      "orb.cleanup.started",
      "orb.cleanup.completed",
    ]);
  },
);

describe("a workspace with a commit that GitHub does not have", () => {
  test("is kept with its reason; archived on request; and restored", async () => {
    await world.create("unpushed");
    await world.commit("unpushed", { push: false });
    await world.write("unpushed", ".env", "KEY=value\n");
    const head = await runGit(world.pathOf("unpushed"), ["rev-parse", "HEAD"]);
    await world.signal("orb.project.cancelled", { project: "unpushed" });
    const kept = await world.cleanup("unpushed", ({ status }) => status === "deferred");
    expect(kept.reasons.map(({ code }) => code)).toEqual(
      expect.arrayContaining(["unpushed_commits", "untracked_files"]),
    );
    const { id } = kept.workspace;
    const { json } = await world.ask("GET", "/api/v1/workspaces?kept=true&project=unpushed");
    expect(json).toMatchObject({ items: [{ id, status: "kept" }] });
    const [{ kept: shown } = { kept: [] }] = json["items"] as { kept: Record<string, unknown>[] }[];
    expect(Object.keys(shown[0] ?? {}).toSorted()).toEqual([
      "by",
      "code",
      "owner",
      "reason",
      "remedy",
      "since",
    ]);

    const asked = await world.ask("POST", `/api/v1/workspaces/${id}/archive`);
    expect(asked).toMatchObject({ status: 202, json: { id, cleanup: kept.id } });
    await world.cleanup("unpushed", ({ status }) => status === "completed");
    expect(world.isGone("unpushed")).toBe(true);
    const { json: detail } = await world.ask("GET", `/api/v1/cleanups/${kept.id}`);
    expect(existsSync(join(world.archive, String(detail["archive"])))).toBe(true);
    const { json: archived } = await world.ask("GET", "/api/v1/cleanups?archived=true&project=unpushed");
    const restore = { method: "POST", path: `/api/v1/workspaces/${id}/restore`, body: {} };
    const known = { restorable: true, problem: null, restore };
    expect(archived).toMatchObject({ items: [{ id: kept.id, archive: detail["archive"], archived: known }] });
    expect(detail["archived"]).toMatchObject({ ...known, bytes: expect.any(Number), at: expect.any(String) });

    expect(await world.ask("POST", `/api/v1/workspaces/${id}/restore`)).toMatchObject({ status: 202 });
    await eventually("it restored", async () => {
      const { json: workspace } = await world.ask("GET", `/api/v1/workspaces/${id}`);
      return (workspace["restore"] as { status: string } | null)?.status === "done";
    });
    expect(await runGit(world.pathOf("unpushed"), ["rev-parse", "HEAD"])).toBe(head);
    expect(await readFile(join(world.pathOf("unpushed"), ".env"), "utf8")).toBe("KEY=value\n");
    const again = await world.ask("POST", `/api/v1/workspaces/${id}/restore`);
    expect(again).toMatchObject({ status: 409, json: { code: "workspace_present" } });
    const { json: after } = await world.ask("GET", `/api/v1/cleanups/${kept.id}`);
    const present = { code: "workspace_present" };
    expect(after["archived"]).toMatchObject({ restorable: false, problem: present, restore: null });
  });
});

longStory(
  "a cancelled project whose agents still send heartbeats is announced once, and goes after the last one",
  async () => {
    const path = await world.create("beating");
    await world.signal("orb.workspace.active", { project: "beating", workspace: { host: world.host, path } });
    await world.signal("orb.project.cancelled", { project: "beating" });
    await eventually("the end of the project", async () =>
      (await world.typesOf("beating")).includes("orb.cleanup.scheduled"),
    );
    await world.sweep();
    await world.cleanup("beating", ({ status }) => status === "scheduled");
    expect(world.isGone("beating")).toBe(false);
    world.passHours(1);
    await world.sweep();
    await world.cleanup("beating", ({ status }) => status === "completed");
    await eventually("the events", async () =>
      (await world.typesOf("beating")).includes("orb.cleanup.completed"),
    );
    // Alone, so that a failure shows its reason.
    const failures = (await world.stage.events("beating")).filter(
      ({ type }) => type === "orb.cleanup.failed",
    );
    expect(failures).toEqual([]);
    expect(await world.typesOf("beating")).toEqual([
      "orb.cleanup.scheduled",
      "orb.cleanup.started",
      "orb.cleanup.completed",
    ]);
  },
);

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
