import { describe, expect, test } from "@jest/globals";
import { useScenario } from "../support/scenario.ts";
import { lowerCase } from "../support/stage.ts";
import type { PullRequest } from "../support/world/state.ts";

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
