// A process that sends adversarial requests to the limiter, and reports what was decided, and when, to the process that started it.

import { setTimeout as delay } from "node:timers/promises";
import { seededRandom } from "../../../bench/loss/random.ts";
import type { Decision } from "../../../src/rate-limits/limits.ts";
import { openLimits } from "./open-limits.ts";

/** What a caller is told to do. */
export interface Orders {
  readonly url: string;
  readonly owner: string;
  readonly requests: number;
  readonly seed: number;
  readonly limit: number;
  readonly windowMs: number;
  /** How many users there are, and as many addresses. */
  readonly subjects: number;
}

/** Four numbers for each decision: the user, the address, 1 if it was admitted, and Redis' time in microseconds. */
export type Report = Float64Array;

const IN_FLIGHT = 40;
const REPORTED = 4_000;

const orders = JSON.parse(process.argv[2] ?? "{}") as Orders;
const random = seededRandom(orders.seed);
const pick = (below: number) => Math.floor(random() * below);
const { limit, windowMs, subjects, url, owner } = orders;
await using open = await openLimits(url, { limit, windowMs, owner });

/**
 * Redis' clock is ahead of this process' by something between these, in microseconds: each answer was made between its question
 * and its arrival. The bounds widen with each answer, by more than clocks drift meanwhile.
 */
const ahead = { least: -Infinity, most: Infinity };
const DRIFT_US = 0.05;
let taken = 0;
let noted: number[] = [];

async function take(user: number, address: number): Promise<Decision> {
  const beginUs = performance.now() * 1_000;
  const decision = await open.limits.take("read", [
    { kind: "user", id: String(user) },
    { kind: "address", id: String(address) },
  ]);
  const endUs = performance.now() * 1_000;
  if (decision.decidedBy !== "redis") throw new Error("Redis was not asked");
  if (decision.atUs !== null) {
    ahead.least = Math.max(ahead.least - DRIFT_US, decision.atUs - endUs);
    ahead.most = Math.min(ahead.most + DRIFT_US, decision.atUs - beginUs);
  }
  const atUs = decision.atUs ?? beginUs + (ahead.least + ahead.most) / 2;
  noted.push(user, address, decision.decision === "admitted" ? 1 : 0, atUs);
  if (noted.length >= REPORTED) report();
  taken += 1;
  return decision;
}

function report(): void {
  process.send?.(new Float64Array(noted));
  noted = [];
}

/** The ways to get more than the limit that are known. */
const ATTACKS = [
  // Anybody from anywhere.
  () => take(pick(subjects), pick(subjects)),
  // One user from many addresses.
  async () => {
    const user = pick(subjects);
    await Promise.all(Array.from({ length: limit }, () => take(user, pick(subjects))));
  },
  // Many users from one address.
  async () => {
    const address = pick(subjects);
    await Promise.all(Array.from({ length: limit }, () => take(pick(subjects), address)));
  },
  // All of the limit and more at once, and again around the moment at which there is room.
  async () => {
    const [user, address] = [pick(subjects), pick(subjects)];
    const burst = () => Promise.all(Array.from({ length: limit + 5 }, () => take(user, address)));
    const { count } = (await burst()).at(-1) ?? {};
    const waitMs = (count?.waitMs ?? 0) - 1 + pick(3);
    if (waitMs > 0 && waitMs < windowMs) await delay(waitMs);
    await burst();
  },
];

const isUnfinished = () => taken < orders.requests;
await Promise.all(
  Array.from({ length: IN_FLIGHT }, async () => {
    while (isUnfinished()) await ATTACKS[pick(ATTACKS.length)]?.();
  }),
);
report();
