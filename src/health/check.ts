import type { Refusal } from "../errors.ts";

/** What a check found. */
export interface Finding {
  readonly up: boolean;
  /** Whether the process can't serve because of it. */
  readonly blocks: boolean;
  /** What is wrong and what to do; something that is up may have one too. */
  readonly problem: Refusal | null;
  /** Figures for people, by names with units. Nothing secret. */
  readonly facts: Readonly<Record<string, number | string | boolean | null>>;
}

/** One thing that the process depends on, or that an operator must know about. */
export interface HealthCheck {
  readonly name: string;
  /** How long to wait after an answer before the next question. */
  readonly everyMs: number;
  /** A question that takes longer counts as failed until it is answered. */
  readonly withinMs: number;
  /** What holds if `ask` fails or takes too long. */
  readonly failed: Finding;
  /** Asks. May throw, and may hang: only one question is open at a time. */
  readonly ask: () => Promise<Finding>;
}

/** Nothing is wrong. */
export function fine(facts: Finding["facts"] = {}): Finding {
  return { up: true, blocks: false, problem: null, facts };
}

/** @param isNeeded whether the process can't serve without it */
export function silent(name: string, { isNeeded }: { readonly isNeeded: boolean }): Finding {
  const problem = {
    code: `${name}_unavailable`,
    reason: `The server ${name} does not answer.`,
    remedy: "Check that it is running and can be reached from here. The bot continues by itself.",
  };
  return { up: false, blocks: isNeeded, problem, facts: {} };
}
