import { Redis } from "ioredis";
import { pino } from "pino";
import { freePort } from "../../script/services/free-port.ts";
import { startRedis } from "../../script/services/redis-server.ts";
import type { Decision } from "../../src/rate-limits/limits.ts";
import { eventually } from "../support/eventually.ts";
import { type OpenLimits, openLimits } from "../support/rate-limits/open-limits.ts";
import { expect, test } from "../support/testing.ts";

const LIMIT = 20;
const WINDOW_MS = 60_000;
const user = (id: string) => [{ kind: "user", id }] as const;

/** Two instances on one Redis, each of which has seen the other. */
async function openTwo(url: string) {
  await using stack = new AsyncDisposableStack();
  const open = (owner: string) =>
    openLimits(url, { limit: LIMIT, windowMs: WINDOW_MS, owner, isPatient: false });
  const [one, two] = [stack.use(await open("one")), stack.use(await open("two"))];
  // The first learns of the second when it shows itself again.
  one.link.ask(() => Promise.reject(new Error("Ask again"))).catch(() => {});
  await eventually("two instances", () => one.link.isUp && one.link.instances === 2);
  const owned = stack.move();
  return { one, two, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

async function takeMany(
  { limits }: OpenLimits,
  times: number,
  subjects = user("someone"),
): Promise<Decision[]> {
  return Promise.all(Array.from({ length: times }, () => limits.take("read", subjects)));
}

const admittedOf = (decisions: readonly Decision[]) =>
  decisions.filter(({ decision }) => decision === "admitted").length;
const decidersOf = (decisions: readonly Decision[]) => [
  ...new Set(decisions.map(({ decidedBy }) => decidedBy)),
];

async function admittedAlone(both: Awaited<ReturnType<typeof openTwo>>): Promise<number> {
  const decisions = [...(await takeMany(both.one, 100)), ...(await takeMany(both.two, 100))];
  expect(decidersOf(decisions)).toEqual(["local"]);
  return admittedOf(decisions);
}

test("while Redis is frozen nobody waits twice, each instance admits its share, and they return to Redis by themselves", async () => {
  await using redis = await startRedis();
  await using both = await openTwo(redis.uri);
  expect(admittedOf(await takeMany(both.one, 5))).toBe(5);
  const [pid = 0] = redis.pids;
  process.kill(pid, "SIGSTOP");
  const beginMs = performance.now();
  const first = await Promise.all([takeMany(both.one, 100), takeMany(both.two, 100)]);
  const firstMs = performance.now() - beginMs;
  expect(decidersOf(first.flat())).toEqual(["local"]);
  expect(first.map(admittedOf)).toEqual([LIMIT / 2, LIMIT / 2]);
  // Only the first waited for an answer: a thousand more take less time than that together.
  const laterMs = performance.now();
  for (let index = 0; index < 1_000; index++) await both.one.limits.take("read", user(`other ${index}`));
  expect(performance.now() - laterMs).toBeLessThan(firstMs * 5);
  expect(await both.one.metrics()).toContain("orb_rate_limits_shared 0");
  expect(await both.one.metrics()).toMatch(/decisions_total\{category="read",decision="refused"\} 90\n/);
  process.kill(pid, "SIGCONT");
  const back = await eventually("Redis counting again", async () => {
    const [decision] = await takeMany(both.one, 1, user("back"));
    return decision?.decidedBy === "redis" ? decision : null;
  });
  expect(back.count.used).toBe(1);
  expect(await both.one.metrics()).toContain("orb_rate_limits_shared 1");
});

test("a Redis that was killed costs no wait at all, and one that comes back empty counts from the beginning", async () => {
  const port = await freePort();
  await using first = await startRedis({ port });
  await using both = await openTwo(first.uri);
  await takeMany(both.one, LIMIT);
  const [pid = 0] = first.pids;
  process.kill(pid, "SIGKILL");
  await eventually(
    "it gone",
    () => both.one.link.client.status !== "ready" && both.two.link.client.status !== "ready",
  );
  expect(await admittedAlone(both)).toBe(LIMIT);
  await first.stop();
  await using _second = await startRedis({ port });
  await eventually("both back", () => both.one.link.isUp && both.two.link.isUp);
  const again = [...(await takeMany(both.one, 100)), ...(await takeMany(both.two, 100))];
  expect(decidersOf(again)).toEqual(["redis"]);
  expect(admittedOf(again)).toBe(LIMIT);
});

test.each([
  { how: "has become a replica", begin: ["REPLICAOF", "127.0.0.1", "9"], end: ["REPLICAOF", "NO", "ONE"] },
  {
    how: "is out of memory",
    begin: ["CONFIG", "SET", "maxmemory", "1"],
    end: ["CONFIG", "SET", "maxmemory", "0"],
  },
])(
  "if Redis $how, each instance admits its share, and they return to Redis by themselves",
  async ({ begin, end }) => {
    await using redis = await startRedis();
    const admin = new Redis(redis.uri, { disconnectTimeout: 100 });
    await using both = await openTwo(redis.uri);
    const call = async ([command = "", ...rest]: readonly string[]) => admin.call(command, ...rest);
    await call(begin);
    expect(await admittedAlone(both)).toBe(LIMIT);
    await call(end);
    await eventually("both back", () => both.one.link.isUp && both.two.link.isUp);
    expect(decidersOf(await takeMany(both.one, 1))).toEqual(["redis"]);
    admin.disconnect();
  },
);

test.each([
  { policy: "volatile-lru", maxmemory: "100mb", isSaid: true },
  { policy: "allkeys-random", maxmemory: "100mb", isSaid: true },
  { policy: "noeviction", maxmemory: "100mb", isSaid: false },
  { policy: "volatile-lru", maxmemory: "0", isSaid: false },
])(
  "a Redis with $maxmemory of memory and $policy may forget counts: $isSaid",
  async ({ policy, maxmemory, isSaid }) => {
    await using redis = await startRedis();
    const admin = new Redis(redis.uri, { disconnectTimeout: 100 });
    await admin.config("SET", "maxmemory", maxmemory);
    await admin.config("SET", "maxmemory-policy", policy);
    const lines: string[] = [];
    const log = pino({}, { write: (line) => void lines.push(line) });
    await using open = await openLimits(redis.uri, { limit: LIMIT, windowMs: WINDOW_MS, log });
    // Redis answers in turn: by the second answer, that to the limits' own question has been read.
    for (let index = 0; index < 2; index++) await open.link.client.ping();
    const said = lines.filter((line) => line.includes("may evict the counts"));
    expect(said.map((line) => JSON.parse(line) as unknown)).toMatchObject(
      isSaid ? [{ maxmemoryPolicy: policy }] : [],
    );
    admin.disconnect();
  },
);
