import type { BenchmarkRow } from "../result.ts";

/** The goal of a figure. */
export type Goal = Pick<BenchmarkRow, "goal" | "holds">;

export const SHOWN: Goal = { goal: "shown only", holds: true };

export function none(count: number): Goal {
  return { goal: "0", holds: count === 0 };
}

export function atLeast(minimum: number, count: number): Goal {
  return { goal: `≥ ${minimum}`, holds: count >= minimum };
}

export function atMost(maximum: number, count: number): Goal {
  return { goal: `≤ ${maximum}`, holds: count <= maximum };
}

/** @param peer the same figure of a bare Probot; `null` if there is none */
export function row(measure: string, ours: number, goal: Goal, peer: number | null = null): BenchmarkRow {
  const ratio = peer === null || peer === 0 ? null : Math.round((ours / peer) * 100) / 100;
  const peerName = peer === null ? null : "bare Probot";
  return { measure, unit: "deliveries", ours, peer, peerName, ratio, ...goal };
}

/** Rounded to one decimal, for people. */
export function rounded(figure: number): number {
  return Math.round(figure * 10) / 10;
}
