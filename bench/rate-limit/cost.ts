import type { Redis } from "ioredis";

const IN_FLIGHT = 100;
const DECISIONS = 60_000;
const SUBJECTS = 1_000;

/** What one decision costs, in microseconds. */
export interface Cost {
  /** Of this process and of Redis together. */
  readonly processorUs: number;
  /** Until all are decided, with 100 in flight. */
  readonly elapsedUs: number;
}

/** Measures decisions about 1 000 subjects in turns, all of which a limit of 100 admits. */
export async function measureCost(
  redis: Redis,
  decide: (subject: string) => Promise<unknown>,
): Promise<Cost> {
  await redis.flushdb();
  const [redisUs, own, beginMs] = [await processorOf(redis), process.cpuUsage(), performance.now()];
  let next = 0;
  const lane = async () => {
    while (next < DECISIONS) await decide(String(next++ % SUBJECTS));
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
  const elapsedUs = (performance.now() - beginMs) * 1_000;
  const { user, system } = process.cpuUsage(own);
  const processorUs = user + system + (await processorOf(redis)) - redisUs;
  return { processorUs: processorUs / DECISIONS, elapsedUs: elapsedUs / DECISIONS };
}

/** The processor time of Redis since its start, in microseconds. */
async function processorOf(redis: Redis): Promise<number> {
  const text = await redis.info("cpu");
  const seconds = (name: string) => Number(new RegExp(`^${name}:(\\S+)`, "m").exec(text)?.[1]);
  return (seconds("used_cpu_user") + seconds("used_cpu_sys")) * 1_000_000;
}
