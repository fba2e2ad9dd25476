import { fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Redis } from "ioredis";
import { startRedis } from "../../script/services/redis-server.ts";
import { askLog, defineLog } from "../../src/rate-limits/sliding-log.ts";
import { eventually } from "../support/eventually.ts";
import { auditLog, type Noted } from "../support/rate-limits/audit.ts";
import type { Orders, Report } from "../support/rate-limits/caller.ts";
import { type OpenLimits, openLimits } from "../support/rate-limits/open-limits.ts";
import { startCluster } from "../support/rate-limits/start-cluster.ts";
import { expect, test } from "../support/testing.ts";

const CALLER = fileURLToPath(new URL("../support/rate-limits/caller.ts", import.meta.url));
const MACHINE_DATE = new URL("../support/bot/machine-date.ts", import.meta.url).href;
const REQUESTS = Number(process.env["ORB_TEST_LIMITED_REQUESTS"] ?? 1_000_000);
/** How far the date of each caller's machine is off. */
const CLOCKS_MS = [0, 5 * 60_000, -5 * 60_000, 0];
const CALLERS = CLOCKS_MS.length;
/** A refusal without Redis is noted by the clock of its process, which follows Redis' by estimates. */
const TOLERANCE_US = 2_000;
const LONG_MS = 900_000;
/** Ten times what a question may wait for, because the machine may be busy; less than any trouble here lasts. */
const ANSWERED_MS_MAX = 1_000;
/** The product's promise is a second. */
const AGAIN_MS_MAX = 10_000;
const REQUESTS_A_SECOND = 500;

/** Sends requests of many users at an even pace, and notes how long each decision took and who made it. */
async function sendEvenly({ limits }: OpenLimits, seconds: number) {
  const taken: { readonly tookMs: number; readonly decidedBy: string; readonly isAdmitted: boolean }[] = [];
  const all: Promise<void>[] = [];
  const beginMs = performance.now();
  for (let index = 0; index < seconds * REQUESTS_A_SECOND; index++) {
    const dueMs = beginMs + (index * 1_000) / REQUESTS_A_SECOND;
    if (dueMs > performance.now()) await delay(dueMs - performance.now());
    const askedMs = performance.now();
    const take = async () => {
      const { decision, decidedBy } = await limits.take("read", [{ kind: "user", id: String(index % 10) }]);
      taken.push({ tookMs: performance.now() - askedMs, decidedBy, isAdmitted: decision === "admitted" });
    };
    all.push(take());
  }
  await Promise.all(all);
  return taken;
}

/** Runs one process, and adds what it reports to the log. */
async function call(orders: Orders, clockMs: number, log: Noted[]): Promise<void> {
  const child = fork(CALLER, [JSON.stringify(orders)], {
    serialization: "advanced",
    execArgv: ["--import", MACHINE_DATE],
    env: { ...process.env, ORB_TEST_MACHINE_DATE_MS: String(clockMs) },
  });
  child.on("message", (message) => {
    const report = message as Report;
    for (let index = 0; index < report.length; index += 4) {
      const [user, address, isAdmitted, atUs = 0] = report.subarray(index, index + 4);
      log.push({ subjects: [`user ${user}`, `address ${address}`], isAdmitted: isAdmitted === 1, atUs });
    }
  });
  const [code] = (await once(child, "exit")) as [number];
  expect(code).toBe(0);
}

test(
  `${REQUESTS} adversarial requests from ${CALLERS} processes, two of which have wrong clocks: no window has more than the limit, and none is refused that has room`,
  async () => {
    await using redis = await startRedis();
    const seed = Math.floor(Math.random() * 1e9);
    const common = { url: redis.uri, limit: 20, windowMs: 250, subjects: 150, requests: REQUESTS / CALLERS };
    const log: Noted[] = [];
    const callers = CLOCKS_MS.map((clockMs, index) =>
      call({ ...common, owner: `caller ${index}`, seed: seed + index }, clockMs, log),
    );
    await Promise.all(callers);
    const verdict = auditLog(log, {
      limit: common.limit,
      windowUs: common.windowMs * 1_000,
      toleranceUs: TOLERANCE_US,
    });
    expect({ seed, ...verdict, isWhole: log.length >= REQUESTS }).toMatchObject({
      seed,
      worstWindow: common.limit,
      wronglyRefused: 0,
      isWhole: true,
    });
    const admin = new Redis(redis.uri);
    for (const key of await admin.keys("orb:rate-limit:*")) expect(await admin.pttl(key)).not.toBe(-1);
    admin.disconnect();
  },
  LONG_MS,
);

test(
  "while Redis is frozen under load no decision waits for longer than one answer, and only the first do",
  async () => {
    await using redis = await startRedis();
    await using open = await openLimits(redis.uri, { limit: 50, windowMs: 60_000, isPatient: false });
    const [pid = 0] = redis.pids;
    process.kill(pid, "SIGSTOP");
    const taken = await sendEvenly(open, 20);
    process.kill(pid, "SIGCONT");
    expect(new Set(taken.map(({ decidedBy }) => decidedBy))).toEqual(new Set(["local"]));
    expect(taken.filter(({ isAdmitted }) => isAdmitted)).toHaveLength(10 * 50);
    const times = taken.map(({ tookMs }) => tookMs).toSorted((a, b) => a - b);
    expect(times.at(-1)).toBeLessThan(ANSWERED_MS_MAX);
    expect(times[Math.floor(times.length * 0.95)]).toBeLessThan((times.at(-1) ?? 0) / 2);
    const thawedMs = performance.now();
    await eventually("Redis counting again", () => open.link.isUp);
    expect(performance.now() - thawedMs).toBeLessThan(AGAIN_MS_MAX);
  },
  LONG_MS,
);

test(
  "a Redis that answers two seconds late is like one that does not answer, and counts again within a second after",
  async () => {
    await using redis = await startRedis();
    await using open = await openLimits(redis.uri, { limit: 50, windowMs: 60_000, isPatient: false });
    const admin = new Redis(redis.uri);
    await admin.call("CLIENT", "PAUSE", "2000", "ALL");
    const taken = await sendEvenly(open, 1);
    expect(new Set(taken.map(({ decidedBy }) => decidedBy))).toEqual(new Set(["local"]));
    expect(Math.max(...taken.map(({ tookMs }) => tookMs))).toBeLessThan(ANSWERED_MS_MAX);
    await admin.ping();
    const overMs = performance.now();
    await eventually("Redis counting again", () => open.link.isUp);
    expect(performance.now() - overMs).toBeLessThan(AGAIN_MS_MAX);
    admin.disconnect();
  },
  LONG_MS,
);

test(
  "in a cluster of three, the user and the address of a request are counted in one step",
  async () => {
    await using cluster = await startCluster();
    const { client } = cluster;
    defineLog(client);
    for (const category of ["read", "write", "signals", "admin"]) {
      const keys = ["user", "address", "network"].map((kind) => `orb:rate-limit:{${category}}:${kind}:x`);
      const question = { keys, limits: [5, 5, 20], windowMs: 60_000, counts: true };
      const answers = await Promise.all(Array.from({ length: 50 }, () => askLog(client as never, question)));
      const admitted = answers.filter(({ counts }) => counts.every(({ waitMs }) => waitMs === 0));
      expect(admitted).toHaveLength(5);
    }
  },
  LONG_MS,
);
