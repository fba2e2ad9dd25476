import { rateLimit } from "express-rate-limit";
import { Redis } from "ioredis";
import { RateLimiterRedis } from "rate-limiter-flexible";
import { type RedisReply, RedisStore } from "rate-limit-redis";
import { startRedis } from "../script/services/redis-server.ts";
import { openLimits } from "../test/support/rate-limits/open-limits.ts";
import { attack } from "./rate-limit/attack.ts";
import { type Cost, measureCost } from "./rate-limit/cost.ts";
import { type BenchmarkResult, type BenchmarkRow, thisMachine } from "./result.ts";

/** The attack: a limit, and a window that rate-limiter-flexible and express-rate-limit can have. */
const ATTACKED = { limit: 50, windowMs: 2_000 } as const;
const ROUNDS = 7;
/** As many requests of each subject as it may send, so that each of them is admitted and counted. */
const LIMIT = 100;
const COST_RATIO_MAX = 1.25;
const FLEXIBLE = "rate-limiter-flexible";
const EXPRESS = "express-rate-limit with Redis";

/**
 * What a caller gets out of each limiter around the border of a window, and what a decision costs: all on the same Redis, in
 * turns. The others are used as they come.
 */
export async function run(): Promise<BenchmarkResult> {
  await using server = await startRedis();
  const redis = new Redis(server.uri, { protocol: 2 });
  const rows = [...(await worstWindows(redis, server.uri)), ...(await costs(redis, server.uri))];
  redis.disconnect();
  return { name: "rate-limit", machine: thisMachine(), rows };
}

async function worstWindows(redis: Redis, url: string): Promise<BenchmarkRow[]> {
  const { limit, windowMs } = ATTACKED;
  await using open = await openLimits(url, ATTACKED);
  const flexible = new RateLimiterRedis({ storeClient: redis, points: limit, duration: windowMs / 1_000 });
  const express = expressLimit(redis);
  const ours = await attack(ATTACKED, async () => {
    const { decision } = await open.limits.take("read", [{ kind: "user", id: "attacker" }]);
    return decision === "admitted";
  });
  const isAdmitted = (promise: Promise<unknown>) =>
    promise.then(
      () => true,
      () => false,
    );
  const ofFlexible = await attack(ATTACKED, () => isAdmitted(flexible.consume("attacker")));
  const ofExpress = await attack(ATTACKED, express);
  const row = (peerName: string, peer: number) => ({
    measure: `most admitted in ${windowMs / 1_000} s, limit ${limit}, beside ${peerName}`,
    unit: "requests",
    ours,
    peer,
    peerName,
    ratio: rounded(ours / peer),
    goal: `exactly ${limit}`,
    holds: ours === limit,
  });
  return [row(FLEXIBLE, ofFlexible), row(EXPRESS, ofExpress)];
}

/** Its middleware, without a server: only what it does with a request counts. */
function expressLimit(redis: Redis): () => Promise<boolean> {
  const sendCommand = async (command: string, ...rest: string[]) =>
    (await redis.call(command, ...rest)) as RedisReply;
  const middleware = rateLimit({
    ...ATTACKED,
    store: new RedisStore({ sendCommand }),
    keyGenerator: () => "attacker",
    handler: () => {
      throw new Error("Refused");
    },
    standardHeaders: false,
    legacyHeaders: false,
    validate: false,
  });
  return async () => {
    const { promise: isAdmitted, resolve } = Promise.withResolvers<boolean>();
    await middleware({}, {}, (refusal?: unknown) => resolve(refusal === undefined));
    return isAdmitted;
  };
}

async function costs(redis: Redis, url: string): Promise<BenchmarkRow[]> {
  await using open = await openLimits(url, { limit: LIMIT, windowMs: 60_000 });
  const flexible = new RateLimiterRedis({ storeClient: redis, points: LIMIT, duration: 60 });
  const one = (id: string) => open.limits.take("read", [{ kind: "user", id }]);
  const two = (id: string) =>
    open.limits.take("read", [
      { kind: "user", id },
      { kind: "address", id },
    ]);
  const ofOne = (id: string) => flexible.consume(id);
  const ofTwo = (id: string) =>
    Promise.all([flexible.consume(`user ${id}`), flexible.consume(`address ${id}`)]);
  return [
    ...(await compare("one subject", { redis, ours: one, peer: ofOne })),
    ...(await compare("a user and an address", { redis, ours: two, peer: ofTwo })),
  ];
}

type Decide = (id: string) => Promise<unknown>;

async function compare(
  what: string,
  { redis, ours, peer }: { readonly redis: Redis; readonly ours: Decide; readonly peer: Decide },
): Promise<BenchmarkRow[]> {
  await measureCost(redis, ours);
  await measureCost(redis, peer);
  const [own, others]: [Cost[], Cost[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    own.push(await measureCost(redis, ours));
    others.push(await measureCost(redis, peer));
  }
  const row = (measure: string, of: (cost: Cost) => number) => {
    const ratio = median(own.map((cost, round) => of(cost) / of(others[round] ?? cost)));
    return {
      measure: `${measure} of a decision about ${what}`,
      unit: "µs",
      ours: rounded(median(own.map(of))),
      peer: rounded(median(others.map(of))),
      peerName: FLEXIBLE,
      ratio: rounded(ratio),
      goal: `ratio ≤ ${COST_RATIO_MAX}`,
      holds: ratio <= COST_RATIO_MAX,
    };
  };
  return [
    row("processor time", ({ processorUs }) => processorUs),
    row("time, 100 in flight,", ({ elapsedUs }) => elapsedUs),
  ];
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
