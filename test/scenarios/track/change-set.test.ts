import { expect, test } from "../../support/testing.ts";
import { QUICK_PACE } from "../../support/bot/pace.ts";
import { sectionOf } from "../../support/description.ts";
import { eventually } from "../../support/eventually.ts";
import { sampled } from "../../support/sample.ts";
import { useScenario } from "../../support/scenario.ts";
import type { Repository } from "../../local-github/state.ts";

/** Longer than the test takes, so that only the test's own clock ends it; shorter than the wait of a draft without checks. */
const QUIET_MS = 5 * 60_000;

let passedMs = 0;
const scenario = useScenario({
  now: () => new Date(Date.now() + passedMs),
  pace: { ...QUICK_PACE, changeSetQuietMs: QUIET_MS, changeSetWaitMaxMs: 10 * QUIET_MS },
});

/** Waits until every webhook is handled and no record is due or leased. */
async function rest(): Promise<void> {
  const { now, pullRequestStore, deliveryStore } = scenario.bot.app;
  await eventually("nothing due", async () => {
    await scenario.stage.github.webhooks.drain();
    if (await deliveryStore.model.exists({ status: "pending" })) return false;
    const due = [{ "work.owner": { $ne: null } }, { "work.dueAt": { $lte: now() } }];
    return (await pullRequestStore.model.countDocuments({ $or: due })) === 0;
  });
}

/** Acts, and returns how often the bot wrote descriptions and check runs because of it: at once, and after the quiet time. */
async function writesOf(act: () => Promise<void>) {
  const { requests } = scenario.stage.github;
  const writes = async (cause: () => Promise<void>) => {
    const mark = requests.mark();
    await cause();
    await rest();
    const asked = requests.since(mark).map(({ method, route }) => `${method} ${route}`);
    const count = (pattern: RegExp) => asked.filter((each) => pattern.test(each)).length;
    return { descriptions: count(/^PATCH .*\/pulls\//), checkRuns: count(/^(?:POST|PATCH) .*\/check-runs/) };
  };
  const atOnce = await writes(act);
  const settled = await writes(async () => void (passedMs += QUIET_MS));
  return { atOnce, settled };
}

function pullRequestOf({ name, pullRequests }: Repository) {
  const [pullRequest] = pullRequests.values();
  if (!pullRequest) throw new Error(`${name} has no pull request`);
  return pullRequest;
}

/** How many others a description shows or only counts; `null` if it shows one in another state than GitHub. */
function shown(repository: Repository, members: readonly Repository[]): number | null {
  const section = sectionOf(pullRequestOf(repository), "siblings") ?? "";
  const listed = [...section.matchAll(/\[`octo\/([\w-]+)#1`\].*?: \W*(\w+)/g)];
  const more = Number(/(\d+) more/.exec(section)?.[1] ?? 0);
  const isRight = listed.every(([, name, state]) => {
    const other = members.find((member) => member.name === name);
    return other && (pullRequestOf(other).mergedAt ? "merged" : "open") === state;
  });
  return isRight ? listed.length + more : null;
}

test.each(sampled("sizes of a change set", ["4", "20"], ["4"]))(
  "in a change set of %s a description is written once for all changes of the others that come together",
  async (text) => {
    const { github } = scenario.stage;
    const size = Number(text);
    const members: Repository[] = [];
    let open = members;
    const opened = await writesOf(async () => {
      for (let index = 0; index < size; index++) {
        const files = { ".github/orb.yml": "siblings: wait\n" };
        const repository = await scenario.addRepository(`of-${size}-${index}`, { files });
        members.push(repository);
        await scenario.complete(`of-${size}`, { repository, minute: index });
        await eventually("it is open", () => repository.pullRequests.size === 1);
        await rest();
      }
    });
    expect(opened.atOnce.descriptions).toBe(0);
    expect(opened.settled.descriptions).toBeLessThanOrEqual(size);
    const allShown = () => expect(open.map((each) => shown(each, members))).toEqual(open.map(() => size - 1));
    allShown();

    const checked = await writesOf(async () => {
      for (const repository of members) {
        const { headSha } = pullRequestOf(repository);
        await github.startCheckRun(repository, headSha, { name: "tests" });
        await github.completeCheckRun(repository, headSha, { name: "tests", conclusion: "success" });
      }
    });
    // A look at each may come between the start and the end of its check.
    expect(checked.atOnce.checkRuns).toBeLessThanOrEqual(2 * size);
    expect(checked.settled.checkRuns).toBeLessThanOrEqual(size);
    expect(checked.settled.descriptions).toBe(0);

    open = members.slice(0, size / 2);
    const merged = await writesOf(async () => {
      for (const repository of members.slice(size / 2)) {
        await github.mergePullRequest(repository, pullRequestOf(repository).number, { method: "squash" });
      }
    });
    expect([merged.atOnce.descriptions, merged.settled.descriptions]).toEqual([0, open.length]);
    allShown();

    const renamed = await writesOf(async () => {
      if (members[0]) await github.renameRepository(members[0], `renamed-of-${size}`);
    });
    expect([renamed.atOnce.descriptions, renamed.settled.descriptions]).toEqual([0, open.length - 1]);
    allShown();
  },
);
