import { afterAll, beforeAll, expect, test } from "../support/testing.ts";
import { listPullRequests } from "../support/bot/api.ts";
import { startBot } from "../support/bot/in-process.ts";
import { LEASE_MS, startBotProcess } from "../support/bot/process.ts";
import { Effects } from "../support/effects.ts";
import { eventually } from "../support/eventually.ts";
import { MongoClient } from "mongodb";
import { completion } from "../support/signals.ts";
import { setStage, type Stage } from "../support/stage.ts";

const DAY_MS = 24 * 3_600_000;
const WRONG_BY_MS = {
  "a day ahead": DAY_MS,
  "a day behind": -DAY_MS,
  "a year ahead": 365 * DAY_MS,
  "a year behind": -365 * DAY_MS,
} as const;
const CLOCKS = Object.keys(WRONG_BY_MS) as (keyof typeof WRONG_BY_MS)[];
/** Looks, jobs and waits of a test are due within that time. */
const SOON_MS = 12 * 3_600_000;

let stage: Stage;
let effects: Effects;
let mongo: MongoClient;

beforeAll(async () => {
  stage = await setStage();
  effects = new Effects(stage.github, stage.githubApp);
  mongo = await MongoClient.connect(stage.surroundings.mongodbUri);
});

afterAll(async () => {
  effects.stop();
  await mongo.close();
  await stage[Symbol.asyncDispose]();
});

async function complete(project: string): Promise<void> {
  const branch = `agent/${project}`;
  await stage.pushBranch(branch, { [`${project}.ts`]: "export {};\n" });
  await stage.redis.xadd("orb:signals", "*", "event", JSON.stringify(completion(project, { branch })));
}

async function opened(project: string): Promise<boolean> {
  return (await stage.events(project)).some(({ type }) => type === "orb.pull_request.opened");
}

/** Each time that decides when something is done, or what counts as newer, with its distance from now. */
async function timesFarOff(): Promise<string[]> {
  const decisive =
    /^(dueAt|notBefore|askedAt|aliveUntil|until|nextRunAt|lockedAt|lastRunAt|receivedAt|updatedAt|relayedAt|setFor)$/;
  const found: string[] = [];
  const now = Date.now();
  const look = (value: unknown, path: string) => {
    const key = path.split(".").at(-1) ?? "";
    if (value instanceof Date && decisive.test(key) && Math.abs(value.getTime() - now) > SOON_MS)
      found.push(`${path} ${value.toISOString()}`);
    if (typeof value !== "object" || value === null || value instanceof Date) return;
    for (const [name, each] of Object.entries(value)) look(each, `${path}.${name}`);
  };
  for (const { collectionName } of await mongo.db().collections()) {
    for (const document of await mongo.db().collection(collectionName).find().toArray()) {
      look(document, collectionName);
    }
  }
  return found;
}

test.each(CLOCKS)(
  "what a process dies of is finished by the other, one of whose machines has a clock that is %s",
  async (clock) => {
    const machineDateMs = WRONG_BY_MS[clock];
    const name = clock.replaceAll(" ", "-");
    const [first, second] = [`${name}-dies`, `${name}-finishes`];
    {
      await using wrong = await startBotProcess(stage.surroundings, {
        machineDateMs,
        killAt: "write:started",
      });
      await complete(first);
      expect(await wrong.ended).toBe("SIGKILL");
    }
    {
      await using _right = await startBot(stage.surroundings, { leaseMs: LEASE_MS });
      await eventually("opened by the process with the right clock", () => opened(first));
    }
    {
      await using right = await startBotProcess(stage.surroundings, { killAt: "write:started" });
      await complete(second);
      expect(await right.ended).toBe("SIGKILL");
    }
    {
      await using wrong = await startBotProcess(stage.surroundings, { machineDateMs });
      await eventually("opened by the process with the wrong clock", () => opened(second));
      for (const project of [first, second]) {
        expect(await listPullRequests(wrong.url, project)).toMatchObject([{ status: "open", problem: null }]);
      }
    }
    expect(effects.repeated).toEqual([]);
    expect(await timesFarOff()).toEqual([]);
  },
);
