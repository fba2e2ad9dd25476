import { expect, test } from "@jest/globals";
import { eventually } from "../../support/eventually.ts";
import { useScenario } from "../../support/scenario.ts";
import { cloudEvent, projectCreated } from "../../support/signals.ts";

const scenario = useScenario();

test("what a person closes is closed, and open again when they reopen it; the clean-up is scheduled and called off", async () => {
  const { github, repository } = scenario.stage;
  await scenario.signal(projectCreated("reopened"));
  await scenario.complete("reopened");
  const { number } = await scenario.opened("reopened");
  await github.closePullRequest(repository, number);
  const { data } = await scenario.event("reopened", "orb.pull_request.closed");
  expect(data).toMatchObject({ outcome: "closed", pullRequest: { number } });
  await scenario.listed("reopened", ({ status }) => status === "closed");
  await scenario.event("reopened", "orb.cleanup.scheduled");

  // GitHub dates what happens by the second, and two answers of the same second have no order.
  await eventually("another second", () => Date.now() - Date.parse(String(data["at"])) > 1_000);
  await github.reopenPullRequest(repository, number);
  await scenario.event("reopened", "orb.cleanup.cancelled");
  await scenario.listed("reopened", ({ status }) => status === "open");
  const updated = (await scenario.stage.events("reopened")).filter(
    ({ type }) => type === "orb.pull_request.updated",
  );
  expect(updated).toMatchObject([{ data: { because: "Reopened" } }]);
  const project = await scenario.bot.request("/api/v1/projects/reopened");
  expect(await project.json()).toMatchObject({ status: "in_review", cleanup: null });

  await github.mergePullRequest(repository, number, { method: "squash" });
  await scenario.event("reopened", "orb.pull_request.merged");
});

test("a project that its Meta-Agent gives up after the merge stays merged", async () => {
  const { github, repository } = scenario.stage;
  await scenario.signal(projectCreated("given-up"));
  await scenario.complete("given-up");
  const { number } = await scenario.opened("given-up");
  await github.mergePullRequest(repository, number, { method: "squash" });
  await scenario.event("given-up", "orb.pull_request.merged");
  await scenario.signal(cloudEvent("orb.project.cancelled", { project: "given-up", reason: "Too late." }));
  await scenario.signal(projectCreated("after-given-up"));
  await scenario.event("after-given-up", "orb.project.updated");
  const project = await scenario.bot.request("/api/v1/projects/given-up");
  expect(await project.json()).toMatchObject({ status: "merged" });
});

test("one that is made a draft and closed in one go is shown as a draft that is closed", async () => {
  const { github, repository } = scenario.stage;
  await scenario.complete("draft-closed");
  const { number } = await scenario.opened("draft-closed");
  await scenario.leaveAlone();
  await github.setDraft(repository, number, true);
  await github.closePullRequest(repository, number);
  await scenario.event("draft-closed", "orb.pull_request.closed");
  await expect(scenario.listed("draft-closed", ({ status }) => status === "closed")).resolves.toMatchObject({
    draft: true,
  });
});
