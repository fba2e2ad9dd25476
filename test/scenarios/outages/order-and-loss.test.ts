import { expect, test } from "../../support/testing.ts";
import { eventually } from "../../support/eventually.ts";
import { useScenario } from "../../support/scenario.ts";
import { storedRecord } from "../../support/stored-record.ts";
import type { PullRequest } from "../../local-github/state.ts";

const scenario = useScenario();

/** A look that is due after this time does not happen before the test ends. */
const LONG_MS = 10 * 60_000;
const LIFE = ["orb.pull_request.opened", "orb.pull_request.merged"];

/** Everything that people and checks do to a pull request until it is merged. */
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

/** The final state of the record, without times and what differs between any two pull requests. */
async function finalState(project: string) {
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

test("if every webhook comes twice and in reverse order, the final state is the same", async () => {
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

  expect(await finalState("in-disorder")).toEqual(await finalState("in-order"));
  const merges = (types: readonly string[]) => types.filter((type) => LIFE.includes(type));
  expect(merges(await scenario.types("in-disorder"))).toEqual(LIFE);
  const runs = repository.checkRuns.filter(
    ({ name, headSha }) => name === "orb" && headSha === pullRequest.headSha,
  );
  expect(runs.length).toBeLessThanOrEqual(1);
});

test("if no webhook arrives, the hourly look finds everything", async () => {
  const { github } = scenario.stage;
  await scenario.complete("unheard");
  const pullRequest = await scenario.opened("unheard");
  await eventually("no look due soon", async () => {
    const { work } = await storedRecord(scenario.bot.app, "unheard");
    return work.owner === null && (work.dueAt?.getTime() ?? 0) - Date.now() > LONG_MS;
  });
  github.webhooks.faults.add({ times: Infinity, fault: { kind: "lose" } });
  await live(pullRequest);
  expect(await scenario.types("unheard")).not.toContain("orb.pull_request.merged");
  await scenario.lookAgain("unheard");
  await ended("unheard");
  github.webhooks.faults.clear();
  expect(await finalState("unheard")).toEqual(await finalState("in-order"));
  expect((await scenario.types("unheard")).filter((type) => LIFE.includes(type))).toEqual(LIFE);
});
