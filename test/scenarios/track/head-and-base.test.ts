import { expect, test, describe } from "../../support/testing.ts";
import { longStory } from "../../support/sample.ts";
import { sectionOf } from "../../support/description.ts";
import { eventually } from "../../support/eventually.ts";
import { useScenario } from "../../support/scenario.ts";

const scenario = useScenario();

test("after a push the description and labels match the new head, and nothing else is written", async () => {
  const { github, repository } = scenario.stage;
  await scenario.complete("pushed", { data: { type: "feature" } });
  const pullRequest = await scenario.opened("pushed");
  const many = Array.from({ length: 80 }, (_, line) => `export const line${line} = ${line};\n`).join("");
  await scenario.change(repository, { "src/many.ts": many }, "agent/pushed");
  const { data } = await scenario.event("pushed", "orb.pull_request.updated");
  expect(data["pullRequest"]).toMatchObject({ headSha: pullRequest.headSha });
  await eventually("the new size", () => pullRequest.labels.includes("size: m"));
  expect(pullRequest.labels).not.toContain("size: xs");
  expect(sectionOf(pullRequest, "files")).toContain("src/many.ts");
  const mark = github.requests.mark();
  await eventually("two more looks", async () => {
    await scenario.lookAgain("pushed");
    return github.requests.since(mark).length >= 2;
  });
  const written = github.requests.since(mark).filter(({ method }) => method === "PATCH" || method === "PUT");
  expect(written).toEqual([]);
});

test("a ticked box regenerates its section without a completion", async () => {
  const { github, repository } = scenario.stage;
  await scenario.complete("ticked", { data: { summary: "What it is about." } });
  const pullRequest = await scenario.opened("ticked");
  const edited = (pullRequest.body ?? "").replace("What it is about.", "Something else.");
  await github.editPullRequest(repository, pullRequest.number, { body: edited });
  await scenario.completeAgain("ticked", { files: null, data: { summary: "What it is about now." } });
  expect(pullRequest.body).toContain("Something else.");
  const ticked = (pullRequest.body ?? "").replace(
    "- [ ] <!-- orb:rewrite:summary -->",
    "- [x] <!-- orb:rewrite:summary -->",
  );
  expect(ticked).not.toBe(pullRequest.body);
  await github.editPullRequest(repository, pullRequest.number, { body: ticked });
  await eventually("the section regenerated", () => pullRequest.body?.includes("What it is about now."));
  expect(pullRequest.body).not.toContain("Something else.");
});

longStory("after a person changes the base, the record has the new one", async () => {
  const { github, repository } = scenario.stage;
  await scenario.change(repository, { "release.md": "1.0\n" }, "release");
  await scenario.complete("turned");
  const pullRequest = await scenario.opened("turned");
  await github.editPullRequest(repository, pullRequest.number, { base: "release" });
  await scenario.event("turned", "orb.pull_request.updated");
  const [record] = await scenario.bot.app.pullRequestStore.ofProject("turned");
  expect(record?.pullRequest?.base).toBe("release");
});

longStory("the event of an update has the pull request as it is after the write", async () => {
  await scenario.complete("retitled", { data: { title: "Say hello" } });
  await scenario.opened("retitled");
  await scenario.completeAgain("retitled", { files: null, data: { title: "Say goodbye" } });
  const { data } = await scenario.event("retitled", "orb.pull_request.updated");
  expect(data["pullRequest"]).toMatchObject({ title: "Say goodbye" });
});

const CREATE = "POST /repos/{owner}/{repo}/pulls";
const LIST = "GET /repos/{owner}/{repo}/pulls";

describe("another base", () => {
  test("that a person chose is used for the comparison, even if the first base is deleted", async () => {
    const { github, repository } = scenario.stage;
    await scenario.stage.pushBranch("stack/one", { "one.ts": "export {};\n" });
    await scenario.complete("stacked", { data: { base: "stack/one" } });
    const pullRequest = await scenario.opened("stacked");
    await github.editPullRequest(repository, pullRequest.number, { base: "main" });
    await github.deleteBranch(repository, "stack/one");
    await scenario.completeAgain("stacked", { files: null, data: { summary: "Once more." } });
    expect(await scenario.types("stacked")).not.toContain("orb.pull_request.blocked");
    expect(pullRequest.body).toContain("Once more.");
  });

  longStory(
    "in a later completion opens no second pull request if the answer to the first creation was lost",
    async () => {
      const { github, repository } = scenario.stage;
      await scenario.stage.pushBranch("next/1", { "release.ts": "export {};\n" });
      github.faults.add({ route: CREATE, fault: { kind: "lost-answer", when: "after" } });
      const unseen = github.faults.add({
        route: LIST,
        times: 3,
        fault: { kind: "error", status: 502, when: "before" },
      });
      await scenario.complete("rebased", { data: { base: "main" } });
      await eventually("the second look", () => unseen.hits > 0);
      await scenario.complete("rebased", { files: null, minute: 40, data: { base: "next/1" } });
      await scenario.opened("rebased");
      const those = [...repository.pullRequests.values()].filter(
        ({ headRef }) => headRef === "agent/rebased",
      );
      expect(those).toHaveLength(1);
    },
  );
});

test("a conflict is reported once, with its files and its cause, and again when it is resolved", async () => {
  const { github } = scenario.stage;
  const repository = await scenario.addRepository("contested", {
    files: { "src/a.ts": "export const a = 1;\n" },
  });
  await scenario.complete("theirs", { repository, files: { "src/a.ts": "export const a = 2;\n" } });
  const theirs = await scenario.opened("theirs");
  await scenario.complete("ours", { repository, files: { "src/a.ts": "export const a = 3;\n", "b.ts": "" } });
  const ours = await scenario.opened("ours");
  const baseSha = await github.mergePullRequest(repository, theirs.number, { method: "squash" });

  const { data } = await scenario.event("ours", "orb.pull_request.conflict");
  expect(data).toMatchObject({
    baseSha,
    headSha: ours.headSha,
    files: ["src/a.ts"],
    causedBy: { number: theirs.number },
    pullRequest: { number: ours.number },
  });
  expect(ours.labels).toContain("merge conflict");
  const { headSha } = ours;
  await github.pushFiles(repository, {
    branch: "agent/ours",
    from: "main",
    force: true,
    files: { "src/a.ts": "export const a = 4;\n" },
    message: "Continue from the merged change",
  });
  const { data: resolved } = await scenario.event("ours", "orb.pull_request.conflict_resolved");
  expect(resolved).toMatchObject({ baseSha, headSha: ours.headSha });
  expect(ours.headSha).not.toBe(headSha);
  expect(ours.labels).not.toContain("merge conflict");
  expect(await scenario.events("ours", "orb.pull_request.conflict")).toHaveLength(1);
});
