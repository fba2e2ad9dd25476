import type { Edge } from "../../../../src/pull-requests/hand-back/rules/edge.ts";
import {
  type Answered,
  observe,
  type ObserveContext,
} from "../../../../src/pull-requests/observe/rules/observe.ts";
import type { Seen } from "../../../../src/pull-requests/record/rules/seen.ts";

const START_MS = Date.UTC(2026, 0, 1, 12);

export const MINUTE = 60;

/** The time so many seconds after the default `updatedAt` of a snapshot. */
export function later(seconds: number): Date {
  return new Date(START_MS + seconds * 1_000);
}

/** Looks at one pull request; each look is a second after the previous one unless it says otherwise. */
export class Watch {
  seen: Seen | null = null;
  history: string[] = [];
  edges: readonly Edge[] = [];
  #atMs = START_MS;

  /** @returns the types of the events to report */
  look(snapshot: Answered, { afterS = 1, ...context }: Partial<ObserveContext> & { afterS?: number } = {}) {
    this.#atMs += afterS * 1_000;
    const now = new Date(this.#atMs);
    const asked = { now, askedAt: now, written: null, requiredChecks: null, ...context };
    const { seen, edges, history } = observe(this.seen, snapshot, asked);
    this.seen = seen;
    this.edges = edges;
    this.history.push(...history.map(({ because }) => because));
    return edges.map(({ type }) => type);
  }
}
