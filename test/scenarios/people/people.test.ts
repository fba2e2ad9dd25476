import { describe, expect, test } from "@jest/globals";
import { eventually } from "../../support/eventually.ts";
import { useScenario } from "../../support/scenario.ts";
import { lowerCase } from "../../support/stage.ts";
import type { Fault } from "../../local-github/faults.ts";
import type { PullRequest } from "../../local-github/state.ts";

const CREATE = "POST /repos/{owner}/{repo}/pulls";
const COMPARE = "GET /repos/{owner}/{repo}/compare/{basehead}";
const LIST = "GET /repos/{owner}/{repo}/pulls";
const UPDATE = "PATCH /repos/{owner}/{repo}/pulls/{pull_number}";
const ASK = "POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers";
const UNKNOWN_ERROR: Fault = {
  kind: "answer",
  status: 200,
  json: { data: null, errors: [{ type: "FORBIDDEN", message: "Resource protected by organization SAML" }] },
};

const scenario = useScenario();

async function edit({ number, body }: PullRequest, change: (body: string) => string): Promise<void> {
  const { github, repository } = scenario.stage;
  await github.editPullRequest(repository, number, { body: change(body ?? "") });
}

describe("what people write stays", () => {
  test("around the bot's sections", async () => {
    await scenario.complete("around", { data: { summary: "First words." } });
    const pullRequest = await scenario.opened("around");
    await edit(pullRequest, (body) => `Mine, by hand.\n\n${body}\n\nMine too.`);
    await scenario.completeAgain("around", { data: { summary: "Second words." } });
    expect(pullRequest.body).toMatch(/^Mine, by hand\.[\s\S]*Second words\.[\s\S]*Mine too\.$/);
  });

  test("inside of them, until they tick the box that asks for the bot's words again", async () => {
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

  test("a title, also where they gave it before the bot knew that its pull request is there", async () => {
    const { github, repository } = scenario.stage;
    github.faults.add({ route: CREATE, fault: { kind: "lost-answer", when: "after" } });
    const unseen = github.faults.add({
      route: LIST,
      times: 3,
      fault: { kind: "error", status: 502, when: "before" },
    });
    await scenario.complete("early", { data: { title: "The bot's" } });
    await eventually("a look that fails", () => unseen.hits > 0);
    const pullRequest = [...repository.pullRequests.values()].find(
      ({ headRef }) => headRef === "agent/early",
    );
    await github.editPullRequest(repository, pullRequest?.number ?? 0, { title: "A person's" });
    await scenario.opened("early");
    expect(pullRequest?.title).toBe("A person's");
    await scenario.completeAgain("early", { minute: 40, data: { title: "The bot's second" } });
    expect(pullRequest?.title).toBe("A person's");
  });

  test("while a title of the bot's is kept true, also where the answer to its writing was lost", async () => {
    const { faults } = scenario.stage.github;
    await scenario.complete("retitled", { data: { title: "First" } });
    const pullRequest = await scenario.opened("retitled");
    faults.add({ route: UPDATE, fault: { kind: "lost-answer", when: "after" } });
    await scenario.completeAgain("retitled", { minute: 40, data: { title: "Second" } });
    expect(pullRequest.title).toBe("Second");
    await scenario.completeAgain("retitled", { minute: 41, data: { title: "Third" } });
    expect(pullRequest.title).toBe("Third");
  });

  test("in the very moment in which the bot looks at the change", async () => {
    const { github, repository } = scenario.stage;
    await scenario.complete("meanwhile", { data: { summary: "First words." } });
    const pullRequest = await scenario.opened("meanwhile");
    const gate = Promise.withResolvers<void>();
    const held = github.faults.add({ route: COMPARE, fault: { kind: "held", until: gate.promise } });
    await scenario.complete("meanwhile", { files: null, minute: 40, data: { summary: "Second words." } });
    await eventually("the look at the change", () => held.hits > 0);
    await github.editPullRequest(repository, pullRequest.number, { body: `Mine.\n\n${pullRequest.body}` });
    gate.resolve();
    await scenario.event("meanwhile", "orb.pull_request.updated");
    expect(pullRequest.body).toMatch(/^Mine\.[\s\S]*Second words\./);
  });

  test("nothing, where they emptied the description", async () => {
    await scenario.complete("emptied", { data: { summary: "First words." } });
    const pullRequest = await scenario.opened("emptied");
    await edit(pullRequest, () => "");
    await scenario.completeAgain("emptied", { data: { summary: "Second words." } });
    expect(pullRequest.body ?? "").toBe("");
  });
});

describe("labels are reconciled with what people did to them", () => {
  test("what a person took off is not put on again, and what a person put on stays", async () => {
    const { github, repository } = scenario.stage;
    await scenario.complete("labels", { data: { type: "feature" } });
    const pullRequest = await scenario.opened("labels");
    expect(pullRequest.labels).toEqual(lowerCase(["ai-generated", "type: feature", "size: XS"]));
    await github.removeLabel(repository, pullRequest.number, "ai-generated");
    await github.addLabels(repository, pullRequest.number, ["good first review"]);
    await scenario.completeAgain("labels", { data: { type: "fix", summary: "Mends it." } });
    expect([...pullRequest.labels].sort()).toEqual(
      lowerCase(["good first review", "size: XS", "type: fix"]).sort(),
    );
  });

  test("a label that was taken off between two completions and put on again later is the person's", async () => {
    const { github, repository } = scenario.stage;
    await scenario.complete("returned", { data: { type: "feature" } });
    const pullRequest = await scenario.opened("returned");
    await github.removeLabel(repository, pullRequest.number, "type: feature");
    await scenario.completeAgain("returned", { minute: 40, data: { type: "feature" } });
    await github.addLabels(repository, pullRequest.number, ["type: feature"]);
    await scenario.completeAgain("returned", { minute: 41, data: { type: "fix" } });
    expect(pullRequest.labels.filter((name) => name.startsWith("type:"))).toEqual(["type: feature"]);
  });

  test("the type that a person gave wins over the one that was found out", async () => {
    const { github, repository } = scenario.stage;
    await scenario.complete("typed", { data: { type: "feature" } });
    const pullRequest = await scenario.opened("typed");
    await github.removeLabel(repository, pullRequest.number, "type: feature");
    await github.addLabels(repository, pullRequest.number, ["type: fix"]);
    await scenario.completeAgain("typed", { data: { type: "refactor", summary: "Tidies it." } });
    expect(pullRequest.labels.filter((name) => name.startsWith("type:"))).toEqual(["type: fix"]);
  });
});

describe("reviewers", () => {
  test("are asked together with the labels; who can't be asked is named with the reason", async () => {
    const { github, repository } = scenario.stage;
    github.addCollaborator(repository, github.createUser("ines"), "write");
    github.createUser("stranger");
    await scenario.complete("reviewed", { data: { reviewers: ["ines", "stranger", "nobody-at-all"] } });
    const pullRequest = await scenario.opened("reviewed");
    expect(pullRequest.requestedReviewers.map(({ login }) => login)).toEqual(["ines"]);
    expect(pullRequest.labels).toContain("ai-generated");
    const { shortcomings } = await scenario.listed("reviewed", ({ status }) => status === "open");
    expect(shortcomings).toEqual([
      expect.objectContaining({
        code: "reviewer_unknown",
        reason: expect.stringContaining("nobody-at-all") as unknown,
      }),
      expect.objectContaining({ reason: expect.stringContaining("stranger") as unknown }),
    ]);
  });

  test("of code are not asked on a pull request that a person has made a draft", async () => {
    const { github, repository } = scenario.stage;
    github.addCollaborator(repository, github.createUser("owner-of-code"), "write");
    await scenario.complete("redrafted");
    const pullRequest = await scenario.opened("redrafted");
    await github.setDraft(repository, pullRequest.number, true);
    const files = { CODEOWNERS: "* @owner-of-code\n" };
    await github.pushFiles(repository, { branch: "main", files, message: "Own the code" });
    await scenario.completeAgain("redrafted", { minute: 40, data: { summary: "More." } });
    expect(pullRequest.requestedReviewers).toEqual([]);
    // One that began as a draft and is ready now: GitHub has asked them itself, and they may have answered by now.
    await scenario.complete("begun-as-draft", { data: { draft: true } });
    const begun = await scenario.opened("begun-as-draft");
    await github.setDraft(repository, begun.number, false);
    await scenario.completeAgain("begun-as-draft", { data: { draft: true, summary: "Still more." } });
    expect(begun.requestedReviewers).toEqual([]);
    const none = { CODEOWNERS: null };
    await github.pushFiles(repository, { branch: "main", files: none, message: "Own it together" });
  });

  test("who was asked before a limit was hit is not asked again after it", async () => {
    const { github, repository } = scenario.stage;
    for (const login of ["ada", "bob"]) github.addCollaborator(repository, github.createUser(login), "write");
    github.createUser("passer-by");
    const limit = github.faults.add({
      route: ASK,
      skip: 1,
      fault: { kind: "secondary-limit", retryAfterS: 1 },
    });
    await scenario.complete("limited", { data: { reviewers: ["ada", "bob", "passer-by"] } });
    await scenario.listed("limited", ({ problem }) => problem?.code === "rate_limited");
    const mine = [...repository.pullRequests.values()].find(({ headRef }) => headRef === "agent/limited");
    // She has reviewed in the meantime, so GitHub does not list her any more.
    if (mine) mine.requestedReviewers = [];
    expect(limit.hits).toBe(1);
    const pullRequest = await scenario.opened("limited");
    expect(pullRequest.requestedReviewers.map(({ login }) => login)).toEqual(["bob"]);
  });

  test("who can't be looked up leaves a step that failed, and labels that are on", async () => {
    const { github, repository } = scenario.stage;
    await scenario.leaveAlone();
    const placed = github.faults.add({ route: "POST /graphql", fault: UNKNOWN_ERROR });
    github.addCollaborator(repository, github.createUser("eve"), "write");
    await scenario.complete("unseen", { data: { reviewers: ["eve"] } });
    const pullRequest = await scenario.opened("unseen");
    expect(placed.hits).toBe(1);
    expect(pullRequest.labels).toContain("ai-generated");
    const { id, shortcomings } = await scenario.listed("unseen", ({ status }) => status === "open");
    expect(shortcomings).toMatchObject([{ code: "reviewers_github_refused" }]);
    const response = await scenario.bot.request(`/api/v1/pull-requests/${id}`);
    const { steps } = (await response.json()) as { steps: { step: string; status: string }[] };
    expect(steps.find(({ step }) => step === "review")?.status).toBe("failed");
  });

  test("who withdrew is not asked again", async () => {
    const { github, repository } = scenario.stage;
    github.addCollaborator(repository, github.createUser("olga"), "write");
    await scenario.complete("withdrawn", { data: { reviewers: ["olga"] } });
    const pullRequest = await scenario.opened("withdrawn");
    expect(pullRequest.requestedReviewers).toHaveLength(1);
    pullRequest.requestedReviewers = [];
    await scenario.completeAgain("withdrawn", { data: { reviewers: ["olga"], summary: "Once more." } });
    expect(pullRequest.requestedReviewers).toEqual([]);
  });
});

test("another pull request under the number of the bot's is left alone, and that is told once", async () => {
  const { github, repository } = scenario.stage;
  await scenario.complete("replaced");
  await scenario.opened("replaced");
  await github.pushFiles(repository, { branch: "mine", files: { "mine.ts": "" }, message: "Mine" });
  const about = { title: "Mine", head: "mine", base: "main", body: "My words." };
  const { number } = await github.openPullRequest(repository, about);
  const mine = github.pullRequest(repository, number);
  const { model } = scenario.bot.app.pullRequestStore;
  // As it is where the repository was deleted and made anew.
  const renumbered = { $set: { "pullRequest.number": number, described: null } };
  await eventually("it renumbered", async () => {
    const { matchedCount } = await model.updateOne({ project: "replaced", "work.owner": null }, renumbered);
    return matchedCount === 1;
  });
  await scenario.lookAgain("replaced");
  const { data } = await scenario.event("replaced", "orb.pull_request.blocked");
  expect(data).toMatchObject({ code: "pull_request_replaced" });
  await scenario.lookAgain("replaced");
  await scenario.listed("replaced", ({ problem }) => problem?.code === "pull_request_replaced");
  expect(mine).toMatchObject({ body: "My words.", labels: [] });
  const told = (await scenario.stage.events("replaced")).map(({ type }) => type);
  expect(told.filter((type) => type === "orb.pull_request.blocked")).toHaveLength(1);
});
