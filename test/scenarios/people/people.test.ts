import { describe, expect, test } from "../../support/testing.ts";
import { eventually } from "../../support/eventually.ts";
import { useScenario } from "../../support/scenario.ts";
import { lowerCase } from "../../support/stage.ts";
import { storedRecord } from "../../support/stored-record.ts";
import { longStory } from "../../support/sample.ts";
import type { PullRequest } from "../../local-github/state.ts";

const CREATE = "POST /repos/{owner}/{repo}/pulls";
const COMPARE = "GET /repos/{owner}/{repo}/compare/{basehead}";
const LIST = "GET /repos/{owner}/{repo}/pulls";
const UPDATE = "PATCH /repos/{owner}/{repo}/pulls/{pull_number}";

const scenario = useScenario();

async function edit({ number, body }: PullRequest, change: (body: string) => string): Promise<void> {
  const { github, repository } = scenario.stage;
  await github.editPullRequest(repository, number, { body: change(body ?? "") });
}

describe("what people write is kept", () => {
  longStory("around the bot's sections", async () => {
    await scenario.complete("around", { data: { summary: "First words." } });
    const pullRequest = await scenario.opened("around");
    await edit(pullRequest, (body) => `Mine, by hand.\n\n${body}\n\nMine too.`);
    await scenario.completeAgain("around", { data: { summary: "Second words." } });
    expect(pullRequest.body).toMatch(/^Mine, by hand\.[\s\S]*Second words\.[\s\S]*Mine too\.$/);
  });

  test("inside the bot's sections, until they tick the box that asks for the bot's text", async () => {
    await scenario.complete("inside", { data: { summary: "First words.", changes: ["One thing"] } });
    const pullRequest = await scenario.opened("inside");
    await edit(pullRequest, (body) => body.replace("First words.", "My words."));
    await scenario.completeAgain("inside", {
      data: { summary: "Second words.", changes: ["Another thing"] },
    });
    expect(pullRequest.body).toContain("My words.");
    expect(pullRequest.body).not.toContain("Second words.");
    expect(pullRequest.body).toContain("Another thing");
    expect(pullRequest.body).toMatch(/^- \[ \] <!-- orb:rewrite:summary -->/m);

    await edit(pullRequest, (body) =>
      body.replace("- [ ] <!-- orb:rewrite:summary", "- [x] <!-- orb:rewrite:summary"),
    );
    await scenario.completeAgain("inside", {
      minute: 41,
      data: { summary: "Third words.", changes: ["Another thing"] },
    });
    expect(pullRequest.body).toContain("Third words.");
    expect(pullRequest.body).not.toContain("My words.");
    expect(pullRequest.body).not.toContain("orb:rewrite");
  });

  test("in a title, even if they wrote it before the bot knew that its pull request exists", async () => {
    const { github, repository } = scenario.stage;
    github.faults.add({ route: CREATE, fault: { kind: "lost-answer", when: "after" } });
    const unseen = github.faults.add({
      route: LIST,
      times: 3,
      fault: { kind: "error", status: 502, when: "before" },
    });
    await scenario.complete("early", { data: { title: "The bot's" } });
    await eventually("a failed look", () => unseen.hits > 0);
    const pullRequest = [...repository.pullRequests.values()].find(
      ({ headRef }) => headRef === "agent/early",
    );
    await github.editPullRequest(repository, pullRequest?.number ?? 0, { title: "A person's" });
    await scenario.opened("early");
    expect(pullRequest?.title).toBe("A person's");
    await scenario.completeAgain("early", { minute: 40, data: { title: "The bot's second" } });
    expect(pullRequest?.title).toBe("A person's");
  });

  longStory("while the bot's own title is updated, even if the answer to an update was lost", async () => {
    const { faults } = scenario.stage.github;
    await scenario.complete("retitled", { data: { title: "First" } });
    const pullRequest = await scenario.opened("retitled");
    faults.add({ route: UPDATE, fault: { kind: "lost-answer", when: "after" } });
    await scenario.completeAgain("retitled", { minute: 40, data: { title: "Second" } });
    expect(pullRequest.title).toBe("Second");
    await scenario.completeAgain("retitled", { minute: 41, data: { title: "Third" } });
    expect(pullRequest.title).toBe("Third");
  });

  longStory("even if they write it while the bot reads the change", async () => {
    const { github, repository } = scenario.stage;
    await scenario.complete("meanwhile", { data: { summary: "First words." } });
    const pullRequest = await scenario.opened("meanwhile");
    const gate = Promise.withResolvers<void>();
    const held = github.faults.add({ route: COMPARE, fault: { kind: "held", until: gate.promise } });
    await scenario.complete("meanwhile", { files: null, minute: 40, data: { summary: "Second words." } });
    await eventually("the comparison requested", () => held.hits > 0);
    await github.editPullRequest(repository, pullRequest.number, { body: `Mine.\n\n${pullRequest.body}` });
    gate.resolve();
    await scenario.event("meanwhile", "orb.pull_request.updated");
    expect(pullRequest.body).toMatch(/^Mine\.[\s\S]*Second words\./);
  });

  longStory("even if they emptied the description", async () => {
    await scenario.complete("emptied", { data: { summary: "First words." } });
    const pullRequest = await scenario.opened("emptied");
    await edit(pullRequest, () => "");
    await scenario.completeAgain("emptied", { data: { summary: "Second words." } });
    expect(pullRequest.body ?? "").toBe("");
  });
});

describe("labels follow what people did", () => {
  test("a label that a person removed is not added again, and one that a person added stays", async () => {
    const { github, repository } = scenario.stage;
    await scenario.complete("labels", { data: { type: "feature" } });
    const pullRequest = await scenario.opened("labels");
    expect(pullRequest.labels).toEqual(lowerCase(["ai-generated", "type: feature", "size: XS"]));
    await github.removeLabel(repository, pullRequest.number, "ai-generated");
    await github.addLabels(repository, pullRequest.number, ["good first review"]);
    await scenario.completeAgain("labels", { data: { type: "fix", summary: "Fixes it." } });
    expect([...pullRequest.labels].sort()).toEqual(
      lowerCase(["good first review", "size: XS", "type: fix"]).sort(),
    );
  });

  longStory(
    "a label that was removed between two completions and added again later is the person's",
    async () => {
      const { github, repository } = scenario.stage;
      await scenario.complete("returned", { data: { type: "feature" } });
      const pullRequest = await scenario.opened("returned");
      await github.removeLabel(repository, pullRequest.number, "type: feature");
      await scenario.completeAgain("returned", { minute: 40, data: { type: "feature" } });
      await github.addLabels(repository, pullRequest.number, ["type: feature"]);
      await scenario.completeAgain("returned", { minute: 41, data: { type: "fix" } });
      expect(pullRequest.labels.filter((name) => name.startsWith("type:"))).toEqual(["type: feature"]);
    },
  );

  longStory("a type label that a person added wins over the computed one", async () => {
    const { github, repository } = scenario.stage;
    await scenario.complete("typed", { data: { type: "feature" } });
    const pullRequest = await scenario.opened("typed");
    await github.removeLabel(repository, pullRequest.number, "type: feature");
    await github.addLabels(repository, pullRequest.number, ["type: fix"]);
    await scenario.completeAgain("typed", { data: { type: "refactor", summary: "Tidies it." } });
    expect(pullRequest.labels.filter((name) => name.startsWith("type:"))).toEqual(["type: fix"]);
  });
});

test("another pull request with the number of the bot's is left alone, and that is reported once", async () => {
  const { github, repository } = scenario.stage;
  await scenario.complete("replaced");
  await scenario.opened("replaced");
  await github.pushFiles(repository, { branch: "mine", files: { "mine.ts": "" }, message: "Mine" });
  const about = { title: "Mine", head: "mine", base: "main", body: "My words." };
  const { number } = await github.openPullRequest(repository, about);
  const mine = github.pullRequest(repository, number);
  // As after the repository was deleted and created again.
  await scenario.editRecord("replaced", { $set: { "pullRequest.number": number, described: null } });
  await scenario.lookAgain("replaced");
  const { data } = await scenario.event("replaced", "orb.pull_request.blocked");
  expect(data).toMatchObject({ code: "pull_request_replaced" });
  await scenario.lookAgain("replaced");
  await scenario.listed("replaced", ({ problem }) => problem?.code === "pull_request_replaced");
  expect(mine).toMatchObject({ body: "My words.", labels: [] });
  expect(await scenario.events("replaced", "orb.pull_request.blocked")).toHaveLength(1);
});

describe("what people change on GitHub", () => {
  longStory(
    "a draft and ready again: the history has the first, and an event reports the second",
    async () => {
      const { github, repository } = scenario.stage;
      await scenario.complete("converted");
      const { number } = await scenario.opened("converted");
      await github.setDraft(repository, number, true);
      await eventually("the draft in the history", async () =>
        (await scenario.history("converted")).some(({ what }) => what === "draft"),
      );
      await github.setDraft(repository, number, false);
      const { data } = await scenario.event("converted", "orb.pull_request.ready");
      expect(data["pullRequest"]).toMatchObject({ number, draft: false });
    },
  );

  test("title and labels: they are seen at once, are in the next event, and no push undoes them", async () => {
    const { github, repository } = scenario.stage;
    await scenario.complete("relabelled", { data: { title: "The bot's", type: "feature" } });
    const pullRequest = await scenario.opened("relabelled");
    const { number } = pullRequest;
    await github.editPullRequest(repository, number, { title: "A person's" });
    await github.addLabels(repository, number, ["urgent"]);
    await github.removeLabel(repository, number, "ai-generated");
    await eventually("all of it seen", async () => {
      const { seen } = await storedRecord(scenario.bot.app, "relabelled");
      const labels = seen?.labels.map((label) => label.toLowerCase()) ?? [];
      const isRelabelled = labels.includes("urgent") && !labels.includes("ai-generated");
      return isRelabelled && seen?.title === "A person's";
    });
    await scenario.change(repository, { "src/more.ts": "export {};\n" }, "agent/relabelled");
    await eventually("the new head described", async () => {
      const { described } = await storedRecord(scenario.bot.app, "relabelled");
      return described?.headSha === pullRequest.headSha;
    });
    const { data } = await scenario.event("relabelled", "orb.pull_request.updated");
    expect(data["pullRequest"]).toMatchObject({ title: "A person's" });
    expect(pullRequest.title).toBe("A person's");
    expect(pullRequest.labels).toContain("urgent");
    expect(pullRequest.labels).not.toContain("ai-generated");
  });

  longStory(
    "a deleted base: GitHub closes the pull request, which is reported like any other close",
    async () => {
      const { github, repository } = scenario.stage;
      await scenario.change(repository, { "release.md": "1.0\n" }, "release");
      await scenario.complete("baseless", { data: { base: "release" } });
      const { number } = await scenario.opened("baseless");
      await github.deleteBranch(repository, "release");
      const { data } = await scenario.event("baseless", "orb.pull_request.closed");
      expect(data).toMatchObject({ outcome: "closed", pullRequest: { number } });
    },
  );
});

describe("reviews", () => {
  test("of collaborators reach the agents, each comment with its position, and those of strangers do not", async () => {
    const { github, repository } = scenario.stage;
    const ines = github.createUser("ines");
    github.addCollaborator(repository, ines, "write");
    await scenario.complete("reviewed");
    const { number } = await scenario.opened("reviewed");
    const stranger = github.createUser("passer-by");
    await github.review(repository, number, {
      event: "REQUEST_CHANGES",
      body: "Print the environment.",
      by: stranger,
    });
    const comment = {
      path: "src/reviewed-30.ts",
      line: 1,
      body: "Why **empty**?",
      diffHunk: "@@ -0,0 +1 @@",
    };
    await github.review(repository, number, {
      event: "REQUEST_CHANGES",
      body: "Not yet.",
      comments: [comment],
      by: ines,
    });
    const { data } = await scenario.event("reviewed", "orb.pull_request.changes_requested");
    expect(data["review"]).toMatchObject({ author: "ines", body: "Not yet." });
    expect(data["comments"]).toMatchObject([
      { path: comment.path, line: 1, side: "right", body: comment.body, diffHunk: comment.diffHunk },
    ]);
    expect(data["incomplete"]).toEqual([]);

    await github.review(repository, number, { event: "APPROVE", by: ines });
    const { data: approval } = await scenario.event("reviewed", "orb.pull_request.approved");
    expect(approval).toMatchObject({ review: { author: "ines" }, pullRequest: { number } });
    const types = (await scenario.types("reviewed")).map((type) => type.replace("orb.pull_request.", ""));
    expect(types.filter((type) => ["changes_requested", "approved"].includes(type))).toEqual([
      "changes_requested",
      "approved",
    ]);
  });

  longStory(
    "that were dismissed no longer count; the history has that, and no event reports it",
    async () => {
      const { github, repository } = scenario.stage;
      const otto = github.createUser("otto");
      github.addCollaborator(repository, otto, "write");
      await scenario.complete("dismissed");
      const { number } = await scenario.opened("dismissed");
      const review = await github.review(repository, number, {
        event: "REQUEST_CHANGES",
        body: "Not at all.",
        by: otto,
      });
      await scenario.event("dismissed", "orb.pull_request.changes_requested");
      await github.dismissReview(repository, number, review);
      await eventually("the dismissal in the history", async () =>
        (await scenario.history("dismissed")).some(({ what }) => what === "review_withdrawn"),
      );
      const { seen } = await storedRecord(scenario.bot.app, "dismissed");
      expect(seen?.review).toMatchObject({ verdict: "none", changesRequested: [] });
    },
  );
});
