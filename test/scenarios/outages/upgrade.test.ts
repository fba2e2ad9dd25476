import { expect, test } from "@jest/globals";
import { useScenario } from "../../support/scenario.ts";

// Nobody looks at the record while it is made older.
const scenario = useScenario({}, { webhooks: false });

test("a record that an earlier version wrote is read, shown and brought up to date; its labels are left to people", async () => {
  const { github, repository } = scenario.stage;
  const { model } = scenario.bot.app.pullRequestStore;
  github.addCollaborator(repository, github.createUser("ines"), "write");
  await scenario.complete("from-before", { data: { type: "feature" } });
  const pullRequest = await scenario.opened("from-before");
  await model.collection.updateOne(
    { project: "from-before" },
    {
      $unset: {
        queuePosition: "",
        "pullRequest.labelling": "",
        "pullRequest.reviewersAsked": "",
        "pullRequest.checkRun": "",
      },
    },
  );
  expect(await scenario.listed("from-before", () => true)).toMatchObject({ queuePosition: null });
  await scenario.complete("from-before", {
    files: null,
    minute: 40,
    data: { type: "fix", reviewers: ["ines"], summary: "More." },
  });
  await scenario.event("from-before", "orb.pull_request.updated");
  const stored = await model.findOne({ project: "from-before" }).lean();
  expect(stored?.pullRequest).toMatchObject({ reviewersAsked: ["ines"], checkRun: null });
  expect(pullRequest.labels).toContain("type: feature");
  expect(pullRequest.requestedReviewers.map(({ login }) => login)).toEqual(["ines"]);
});
