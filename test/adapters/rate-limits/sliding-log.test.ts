import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, test } from "../../support/testing.ts";
import type { Decision } from "../../../src/rate-limits/limits.ts";
import { subjectKey } from "../../../src/rate-limits/subject-key.ts";
import { askLog, defineLog } from "../../../src/rate-limits/sliding-log.ts";
import { eventually } from "../../support/eventually.ts";
import { auditLog, type Noted } from "../../support/rate-limits/audit.ts";
import { openLimits } from "../../support/rate-limits/open-limits.ts";
import { freshStores, type Stores } from "../../support/servers/stores.ts";

const US = 1_000_000;
const user = (id: string) => ({ kind: "user", id }) as const;
const address = (id: string) => ({ kind: "address", id }) as const;

let stores: Stores;
let redis: Redis;

beforeAll(async () => {
  stores = await freshStores();
  redis = new Redis(stores.redisUrl, { protocol: 2 });
  defineLog(redis);
});

afterAll(async () => {
  redis.disconnect();
  await stores[Symbol.asyncDispose]();
});

async function redisUs(): Promise<number> {
  const [seconds, microseconds] = await redis.time();
  return Number(seconds) * US + Number(microseconds);
}

/** As the limiter writes it. */
function logOf(times: readonly number[]): Buffer {
  return Buffer.from(new Float64Array(times).buffer);
}

async function timesIn(key: string): Promise<number[]> {
  const bytes = await redis.getBuffer(key);
  return [...new Float64Array(new Uint8Array(bytes ?? []).buffer)];
}

function outcomes(decisions: readonly Decision[]) {
  return {
    admitted: decisions.filter(({ decision }) => decision === "admitted").length,
    refused: decisions.filter(({ decision }) => decision === "refused").length,
  };
}

describe("a log", () => {
  test("admits exactly its limit of many at once, from all instances, and counts down", async () => {
    await using one = await openLimits(stores.redisUrl, { limit: 50, windowMs: 60_000 });
    await using two = await openLimits(stores.redisUrl, { limit: 50, windowMs: 60_000, owner: "two" });
    const asked = Array.from({ length: 500 }, (_, index) =>
      (index % 2 === 0 ? one : two).limits.take("read", [user("burst"), address("192.0.2.1")]),
    );
    const decisions = await Promise.all(asked);
    expect(outcomes(decisions)).toEqual({ admitted: 50, refused: 450 });
    const left = decisions
      .filter(({ decision }) => decision === "admitted")
      .map(({ count }) => count.limit - count.used);
    expect(left.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, index) => index));
  });

  test("is exact at random moments around its borders: no window has more, and none is refused that has room", async () => {
    const [limit, windowMs] = [20, 150];
    await using one = await openLimits(stores.redisUrl, { limit, windowMs });
    await using two = await openLimits(stores.redisUrl, { limit, windowMs, owner: "two" });
    const log: Noted[] = [];
    const take = async (index: number) => {
      const subjects = [user(`u${index % 3}`), address(`a${(index * 7) % 4}`)];
      const { decision, atUs } = await (index % 2 === 0 ? one : two).limits.take("write", subjects);
      const isAdmitted = decision === "admitted";
      if (atUs !== null) log.push({ subjects: subjects.map(subjectKey), isAdmitted, atUs });
    };
    let index = 0;
    const endMs = performance.now() + 8 * windowMs;
    while (performance.now() < endMs) {
      await Promise.all(Array.from({ length: 1 + (index % 40) }, () => take(index++)));
    }
    const { worstWindow, wronglyRefused, admitted, refused } = auditLog(log, {
      limit,
      windowUs: windowMs * 1_000,
    });
    expect({ worstWindow, wronglyRefused }).toEqual({ worstWindow: limit, wronglyRefused: 0 });
    expect(admitted).toBeGreaterThan(limit);
    expect(refused).toBeGreaterThan(0);
  });

  test("takes all or nothing: what one subject refuses, the other has not spent", async () => {
    await using one = await openLimits(stores.redisUrl, { limit: 5, windowMs: 60_000 });
    const full = address("192.0.2.5");
    for (let index = 0; index < 5; index++) await one.limits.take("read", [full]);
    for (let index = 0; index < 100; index++) {
      expect((await one.limits.take("read", [user("innocent"), full])).decision).toBe("refused");
    }
    const usage = await one.limits.usageOf(user("innocent"));
    const spent = usage.find(({ category }) => category === "read");
    expect(spent?.count.used).toBe(0);
  });

  test("admits a client that waits exactly as long as it was told, and not one that comes earlier", async () => {
    const [limit, windowMs] = [3, 400];
    const question = { keys: ["{t}exact"], limits: [limit], windowMs, counts: true };
    for (let round = 0; round < 5; round++) {
      const answers = await Promise.all(Array.from({ length: limit + 1 }, () => askLog(redis, question)));
      const refused = answers.at(-1);
      if (!refused) throw new Error("Nobody was refused");
      const freeAtUs = refused.atUs + (refused.counts[0]?.waitMs ?? 0) * 1_000;
      expect(freeAtUs).toBe((answers[0]?.atUs ?? 0) + windowMs * 1_000);
      const first = await eventually("one admitted again", async () => {
        const { atUs, counts } = await askLog(redis, question);
        const isAdmitted = counts[0]?.waitMs === 0;
        expect(isAdmitted).toBe(atUs >= freeAtUs);
        return isAdmitted ? atUs : null;
      });
      expect(first).toBeGreaterThanOrEqual(freeAtUs);
      await redis.del("{t}exact");
    }
  });

  test("is found again after its script was flushed, and counts nothing twice", async () => {
    await using one = await openLimits(stores.redisUrl, { limit: 40, windowMs: 60_000 });
    for (let index = 1; index <= 40; index++) {
      await redis.script("FLUSH");
      const { decision, decidedBy, count } = await one.limits.take("admin", [user("flushed")]);
      expect({ decision, decidedBy, used: count.used }).toEqual({
        decision: "admitted",
        decidedBy: "redis",
        used: index,
      });
    }
    expect((await one.limits.take("admin", [user("flushed")])).decision).toBe("refused");
  });

  test("always has an end, at least a window after its last request, however it was written", async () => {
    const windowMs = 200;
    await using one = await openLimits(stores.redisUrl, { limit: 30, windowMs });
    const endMs = performance.now() + 6 * windowMs;
    for (let index = 0; performance.now() < endMs; index++) {
      const subject = user(`kept ${index % 5}`);
      await one.limits.take("signals", [subject]);
      const key = `orb:rate-limit:{signals}:${subjectKey(subject)}`;
      const answers = (await redis.multi().time().pttl(key).exec()) ?? [];
      const [[seconds, microseconds], ttlMs] = answers.map(([, value]) => value) as [
        [string, string],
        number,
      ];
      const endsAtUs = Number(seconds) * US + Number(microseconds) + ttlMs * 1_000;
      const newestUs = (await timesIn(key)).at(-1) ?? Infinity;
      expect(ttlMs).toBeGreaterThan(0);
      expect(endsAtUs).toBeGreaterThanOrEqual(newestUs + windowMs * 1_000);
    }
  });
});

describe("a clock", () => {
  const windowMs = 60_000;
  const question = (key: string, limit = 3) => ({ keys: [key], limits: [limit], windowMs, counts: true });

  test("that was set back by an hour keeps the distances of a log, and nobody waits longer than a window", async () => {
    const ahead = (await redisUs()) + 3_600 * US;
    await redis.set("{t}back", logOf([ahead - 50 * US, ahead - 10 * US, ahead]));
    const { atUs, counts } = await askLog(redis, question("{t}back"));
    expect(counts[0]).toEqual({ used: 3, limit: 3, freesInMs: 10_000, waitMs: 10_000 });
    expect(await timesIn("{t}back")).toEqual([atUs - 50 * US, atUs - 10 * US, atUs]);
    expect(await redis.pttl("{t}back")).toBeGreaterThan(windowMs);
    // From then on it runs as usual.
    const later = await askLog(redis, question("{t}back"));
    expect(later.counts[0]?.waitMs).toBeCloseTo(10_000 - (later.atUs - atUs) / 1_000, 3);
  });

  test("that was set forward opens a window once", async () => {
    const behind = (await redisUs()) - 3_600 * US;
    await redis.set("{t}forward", logOf([behind - 1, behind, behind]));
    const decisions = await Promise.all(
      Array.from({ length: 10 }, () => askLog(redis, question("{t}forward"))),
    );
    expect(decisions.filter(({ counts }) => counts[0]?.waitMs === 0)).toHaveLength(3);
    expect(await timesIn("{t}forward")).toHaveLength(3);
  });

  test("lets a lowered limit wait for as many as are too much, and a raised one hold at once", async () => {
    const now = await redisUs();
    await redis.set("{t}changed", logOf([50, 40, 30, 20, 10].map((seconds) => now - seconds * US)), "EX", 60);
    const lowered = await askLog(redis, question("{t}changed", 2));
    expect(lowered.counts[0]?.waitMs).toBeCloseTo(40_000 - (lowered.atUs - now) / 1_000, 3);
    expect((await askLog(redis, question("{t}changed", 6))).counts[0]).toMatchObject({ used: 6, waitMs: 0 });
  });
});
