import { expect, test } from "@jest/globals";
import { eventually } from "../../support/eventually.ts";
import { useScenario } from "../../support/scenario.ts";
import { storedRecord } from "../../support/stored-record.ts";
import type { PullRequest } from "../../local-github/state.ts";

const scenario = useScenario();

/** What is looked at after so long is not looked at before a test ends. */
const LONG_MS = 10 * 60_000;
const TOLD = ["orb.pull_request.opened", "orb.pull_request.merged"];

/** The whole life of a pull request after it is open, as people and checks make it. */
async function live(pullRequest: PullRequest): Promise<void> {
  const { github, repository } = scenario.stage;
  const { number, headSha } = pullRequest;
  await github.completeCheckRun(repository, headSha, { name: "unit tests", conclusion: "failure" });
  await scenario.change(repository, { [`src/repair-${number}.ts`]: "export {};\n" }, pullRequest.headRef);
  await github.completeCheckRun(repository, pullRequest.headSha, {
    name: "unit tests",
    conclusion: "success",
  });
  await github.review(repository, number, { event: "APPROVE" });
  await github.closePullRequest(repository, number);
  await github.reopenPullRequest(repository, number);
  await github.mergePullRequest(repository, number, { method: "squash" });
}

/** What is kept in the end, without times and what differs between any two pull requests. */
async function kept(project: string) {
  const record = await storedRecord(scenario.bot.app, project);
  const { status, problem, seen, cleanupAsked, branchEnd } = record;
  return {
    status,
    problem,
    cleanupAsked,
    branchEnd,
    lifecycle: seen?.lifecycle,
    labels: seen?.labels,
    checks: seen?.checks.verdict,
    review: seen?.review.verdict,
    mergedBy: seen?.mergedBy,
  };
}

async function ended(project: string): Promise<void> {
  await scenario.event(project, "orb.pull_request.merged");
  await eventually(`${project} at rest`, async () => {
    const { work } = await storedRecord(scenario.bot.app, project);
    return work.owner === null && work.dueAt === null;
  });
}

test("every webhook comes twice and in the opposite order: the end is the one that it has otherwise", async () => {
  const { github, repository } = scenario.stage;
  await scenario.complete("in-order");
  await live(await scenario.opened("in-order"));
  await ended("in-order");

  await scenario.complete("in-disorder");
  const pullRequest = await scenario.opened("in-disorder");
  await github.webhooks.drain();
  github.webhooks.faults.add({ times: Infinity, fault: { kind: "hold" } });
  await live(pullRequest);
  github.webhooks.faults.clear();
  const held = github.webhooks.takeHeld().toReversed();
  expect(held.length).toBeGreaterThan(10);
  for (const outgoing of [...held, ...held]) github.webhooks.post(outgoing);
  await ended("in-disorder");

  expect(await kept("in-disorder")).toEqual(await kept("in-order"));
  const merges = (types: readonly string[]) => types.filter((type) => TOLD.includes(type));
  expect(merges(await scenario.types("in-disorder"))).toEqual(TOLD);
  const runs = repository.checkRuns.filter(
    ({ name, headSha }) => name === "orb" && headSha === pullRequest.headSha,
  );
  expect(runs.length).toBeLessThanOrEqual(1);
});

test("not one webhook arrives: the look within the hour finds all of it", async () => {
  const { github } = scenario.stage;
  await scenario.complete("unheard");
  const pullRequest = await scenario.opened("unheard");
  await eventually("the bot content with what it knows", async () => {
    const { work } = await storedRecord(scenario.bot.app, "unheard");
    return work.owner === null && (work.dueAt?.getTime() ?? 0) - Date.now() > LONG_MS;
  });
  github.webhooks.faults.add({ times: Infinity, fault: { kind: "lose" } });
  await live(pullRequest);
  expect(await scenario.types("unheard")).not.toContain("orb.pull_request.merged");
  await scenario.lookAgain("unheard");
  await ended("unheard");
  github.webhooks.faults.clear();
  expect(await kept("unheard")).toEqual(await kept("in-order"));
  expect((await scenario.types("unheard")).filter((type) => TOLD.includes(type))).toEqual(TOLD);
});
