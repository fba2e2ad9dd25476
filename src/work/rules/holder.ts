import { AT_ONCE_MS, dueAtMs, isDue } from "./due.ts";

/** After so many leases without a sign of progress a lane counts as hung: ten minutes, if a lease is ten seconds. */
const HUNG_LEASES = 60;
/** No process promises to be alive for longer than this. */
const LEASE_MS_MAX = 10 * 60_000;

/** Who holds a document. */
export interface Holder {
  readonly owner: string;
  /** When it took the document, or last wrote to it. */
  readonly since: Date;
  /** Until when its last heartbeat lets others count on it; `null` if there was never one, or long ago. */
  readonly aliveUntil: Date | null;
  /** Whether it announced that it is going to end. */
  readonly saidGoodbye: boolean;
}

/** The process that asks. */
export interface Observer {
  /** What it holds itself without working on it is free. */
  readonly self: string;
  readonly leaseMs: number;
  readonly now: Date;
  /** How much longer heartbeats may be missing because MongoDB did not store them, in milliseconds. */
  readonly doubtMs: number;
}

/**
 * When another process may take a document from its holder, in milliseconds, possibly in the past: when the holder's heartbeat
 * ends, or when it has held the document for too long without progress. The same facts give the same time, whenever it is
 * asked for.
 */
export function freeAtMs(holder: Holder, { self, leaseMs, now, doubtMs }: Observer): number {
  const { aliveUntil, since } = holder;
  if (holder.owner === self) return AT_ONCE_MS;
  if (doubtMs > 0) return now.getTime() + doubtMs;
  if (aliveUntil === null || !isAlive(holder, now)) return AT_ONCE_MS;
  const waitMsMax = hungMs(leaseMs);
  return Math.min(aliveUntil.getTime(), dueAtMs(since, { now, waitMsMax }) + waitMsMax);
}

/** Whether a take-over from this holder means that it crashed: it has no heartbeat, and it did not say goodbye. */
export function hasCrashed(holder: Holder, { self, now }: Pick<Observer, "self" | "now">): boolean {
  return holder.owner !== self && !holder.saidGoodbye && !isAlive(holder, now);
}

/** How long a lane may go without a write before others take its document, in milliseconds. */
export function hungMs(leaseMs: number): number {
  return leaseMs * HUNG_LEASES;
}

/** Whether its last heartbeat lets others count on it now. */
export function isAlive({ aliveUntil }: Pick<Holder, "aliveUntil">, now: Date): boolean {
  return aliveUntil !== null && !isDue(aliveUntil, { now, waitMsMax: LEASE_MS_MAX });
}
