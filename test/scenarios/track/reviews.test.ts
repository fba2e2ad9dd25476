import { expect, test } from "@jest/globals";
import { eventually } from "../../support/eventually.ts";
import { useScenario } from "../../support/scenario.ts";
import { storedRecord } from "../../support/stored-record.ts";

const scenario = useScenario();

test("changes are asked for: the agents get the review, and no stranger's, and each comment with its place; then it is approved", async () => {
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
  const comment = { path: "src/reviewed-30.ts", line: 1, body: "Why **empty**?", diffHunk: "@@ -0,0 +1 @@" };
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
  const told = (await scenario.stage.events("reviewed")).map(({ type }) =>
    type.replace("orb.pull_request.", ""),
  );
  expect(told.filter((type) => ["changes_requested", "approved"].includes(type))).toEqual([
    "changes_requested",
    "approved",
  ]);
});

test("a review is dismissed: its weight is gone, which nobody is told and the history says", async () => {
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
  await eventually("that in the history", async () =>
    (await scenario.history("dismissed")).some(({ what }) => what === "review_withdrawn"),
  );
  const { seen } = await storedRecord(scenario.bot.app, "dismissed");
  expect(seen?.review).toMatchObject({ verdict: "none", changesRequested: [] });
});
