import { fine, type Finding, type HealthCheck } from "./check.ts";
import { down, storedHealth } from "./stored-health.ts";

/** Work that waits longer than this is late: a worker that was killed is replaced, and what it did is done again, in a minute. */
const LATE_AFTER_SECONDS = 5 * 60;

interface Queue {
  readonly name: string;
  /** For people: what waits in it. */
  readonly what: string;
  /** Since when the oldest has been waiting; `null` if nothing waits. */
  readonly oldest: () => Promise<Date | null>;
  readonly now: () => Date;
  readonly everyMs: number;
}

/** How long the oldest work of a queue has been waiting. It keeps no process from serving: what comes in is stored. */
export function lateWork({ name, what, oldest, now, everyMs }: Queue): HealthCheck {
  return storedHealth({
    name,
    everyMs,
    unknown: `It can't be read how long ${what} have been waiting.`,
    ask: async () => lateness({ name, what, oldest: await oldest(), now: now() }),
  });
}

/** How long the oldest has waited, in seconds; 0 if nothing waits. */
export function lagSeconds(oldest: Date | null, now: Date): number {
  return oldest === null ? 0 : Math.max(0, now.getTime() - oldest.getTime()) / 1_000;
}

function lateness({
  name,
  what,
  oldest,
  now,
}: Pick<Queue, "name" | "what"> & { readonly oldest: Date | null; readonly now: Date }): Finding {
  const seconds = lagSeconds(oldest, now);
  const facts = { lagSeconds: Math.round(seconds) };
  if (seconds <= LATE_AFTER_SECONDS) return fine(facts);
  const problem = {
    code: `${name}_late`,
    reason: `The oldest of ${what} has been waiting for ${Math.round(seconds / 60)} minutes.`,
    remedy: "Check that a process with the role worker runs, and read its log for what fails.",
  };
  return down(problem, facts);
}
