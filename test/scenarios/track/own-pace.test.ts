import { expect, test } from "../../support/testing.ts";
import { PACE } from "../../../src/work/pace.ts";
import { useScenario } from "../../support/scenario.ts";
import { storedRecord } from "../../support/stored-record.ts";

// Bots in other tests have a quick pace; this one has the product's.
const scenario = useScenario({ pace: PACE });

const CHECKS = 12;
const COMPARE = "/repos/{owner}/{repo}/compare/{basehead}";

/** From each time to the next, in milliseconds. */
function gapsOf(times: readonly Date[]): number[] {
  return times.slice(1).map((at, index) => at.getTime() - (times[index]?.getTime() ?? 0));
}

test("at the product's own pace looks are a second apart, and one look covers all checks that reported in between", async () => {
  const { github, repository } = scenario.stage;
  await scenario.complete("many-checks");
  const { headSha } = await scenario.opened("many-checks");
  const names = Array.from({ length: CHECKS }, (_, index) => `check ${index}`);
  for (const name of names) await github.startCheckRun(repository, headSha, { name });
  for (const name of names)
    await github.completeCheckRun(repository, headSha, { name, conclusion: "success" });
  await scenario.event("many-checks", "orb.pull_request.checks_passed");
  for (const name of names)
    await github.completeCheckRun(repository, headSha, { name, conclusion: "failure" });
  await scenario.event("many-checks", "orb.pull_request.checks_failed");
  const { looks } = await storedRecord(scenario.bot.app, "many-checks");
  expect(looks.length).toBeGreaterThan(1);
  for (const gapMs of gapsOf(looks)) expect(gapMs).toBeGreaterThanOrEqual(1_000);
});

test("at the product's own pace a missing branch is tried again after a quarter, a half and a whole second", async () => {
  const { requests } = scenario.stage.github;
  const mark = requests.mark();
  await scenario.complete("missing", { files: null });
  const { data } = await scenario.event("missing", "orb.pull_request.blocked");
  expect(data).toMatchObject({ code: "branch_missing" });
  const tries = requests
    .since(mark)
    .filter(({ route, path }) => route === COMPARE && path.includes("missing"));
  const waits = gapsOf(tries.map(({ at }) => at));
  expect(waits).toHaveLength(3);
  for (const [index, leastMs] of [250, 500, 1_000].entries()) {
    expect(waits[index]).toBeGreaterThanOrEqual(leastMs);
  }
});
