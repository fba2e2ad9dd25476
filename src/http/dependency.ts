import type { Refusal } from "../errors.ts";

/** What a route can need. */
export type Dependency = "mongodb" | "github";

/** What is known about a dependency at this moment, without asking it. */
export interface Gate {
  /** Why it can't be used; `null` if it can. */
  readonly problem: () => Refusal | null;
  /** Called if a route that needs it had no answer in time. */
  readonly suspect?: () => void;
}

export type Gates = Readonly<Record<Dependency, Gate>>;

/** Every gate is open: for a server of its own. */
export const NO_GATES: Gates = { mongodb: { problem: () => null }, github: { problem: () => null } };

/** The same words for every route. */
export function isAway(name: Dependency, because: string): Refusal {
  return {
    code: `${name}_unavailable`,
    reason: `This needs ${NAMES[name]}, which can't be used at the moment: ${because}`,
    remedy: "Try again after the time in Retry-After. GET /readyz says what is away.",
  };
}

const NAMES: Readonly<Record<Dependency, string>> = { mongodb: "MongoDB", github: "GitHub" };
