import { expect, test } from "../support/testing.ts";
import { PACE } from "../../src/work/pace.ts";
import { PACE_OF_MOVED_CLOCK } from "../support/bot/pace.ts";
import { Effects } from "../support/effects.ts";
import { eventually } from "../support/eventually.ts";
import { useScenario } from "../support/scenario.ts";

const PROJECTS = Array.from({ length: 8 }, (_, index) => `during-the-outage-${index}`);
const STEP_MS = 30_000;
const OUTAGE_MS = 10 * 60_000;
/** The back-off of an outage grows to five minutes. */
const WAIT_MS_MAX = 5 * 60_000;
/** So many waits fit into ten minutes: half a second, one, two … 256 seconds, of each at least half. */
const TRIES_MAX = 14;
/** https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits */
const WRITES_PER_MINUTE_MAX = 80;
const MINUTE_MS = 60_000;

let aheadMs = 0;
/** The product's own waits after failures. Loops ask for due work often, because no timer follows this clock. */
const pace = { ...PACE, idleMs: PACE_OF_MOVED_CLOCK.idleMs, quietMs: PACE_OF_MOVED_CLOCK.quietMs };
const scenario = useScenario({ now: () => new Date(Date.now() + aheadMs), pace }, { webhooks: false });

/** Resolves when no process holds a record and none is due: then the clock may advance without ending a lease. */
async function rested(): Promise<void> {
  const { model } = scenario.bot.app.pullRequestStore;
  await eventually("all records at rest", async () => {
    const now = scenario.bot.app.now();
    const busy = { $or: [{ "work.owner": { $ne: null } }, { "work.dueAt": { $lte: now } }] };
    return (await model.countDocuments()) === PROJECTS.length && (await model.exists(busy)) === null;
  });
}

async function pass(durationMs: number): Promise<void> {
  for (let passedMs = 0; passedMs < durationMs; passedMs += STEP_MS) {
    await rested();
    aheadMs += STEP_MS;
  }
  await rested();
}

test("after GitHub was down for ten minutes nothing is lost, and the bot catches up within the rate limits", async () => {
  const { github, githubApp, repository } = scenario.stage;
  const effects = new Effects(github, githubApp);
  const outage = github.faults.add({
    times: Infinity,
    fault: { kind: "error", status: 503, when: "before" },
  });
  for (const project of PROJECTS) await scenario.complete(project);
  await pass(OUTAGE_MS);
  expect(repository.pullRequests.size).toBe(0);
  const waiting = await scenario.bot.app.pullRequestStore.model.find().lean();
  expect(waiting.map(({ status, problem }) => [status, problem?.code])).toEqual(
    PROJECTS.map(() => ["queued", "github_unavailable"]),
  );
  expect(outage.hits).toBeGreaterThan(PROJECTS.length);
  expect(outage.hits).toBeLessThanOrEqual(PROJECTS.length * TRIES_MAX);

  outage.remove();
  const mark = github.requests.mark();
  await pass(WAIT_MS_MAX);
  for (const project of PROJECTS) {
    expect(await scenario.opened(project)).toMatchObject({ state: "open" });
    const types = await scenario.types(project);
    expect(types.filter((type) => type.startsWith("orb.pull_request"))).toEqual(["orb.pull_request.opened"]);
  }
  expect(effects.repeated).toEqual([]);
  const writes = github.requests.since(mark).filter(({ method }) => method === "POST");
  const inAMinute = writes.map(
    ({ at }) =>
      writes.filter((other) => other.at >= at && other.at.getTime() < at.getTime() + MINUTE_MS).length,
  );
  expect(Math.max(...inAMinute)).toBeLessThanOrEqual(WRITES_PER_MINUTE_MAX);
  effects.stop();
});
