import type { BenchmarkRow } from "../result.ts";
import { isBalanced, type Ledger } from "./ledger.ts";
import type { PeerLoss } from "./peer-run.ts";

/** What became of a run with the bot. */
export interface Outcome {
  readonly ledger: Ledger;
  /** How often each of its processes was killed, and the primary of its MongoDB. */
  readonly kills: { readonly web: number; readonly worker: number; readonly primary: number };
  /** From the last kill until everything was repaired and worked off. */
  readonly repairMs: number;
  readonly redelivered: number;
  /** To GitHub, for the installation. */
  readonly requests: number;
  readonly sentPerSecond: number;
  /** Effects on GitHub that were done more than once, in words. */
  readonly repeated: readonly string[];
  /** In what the bot's records differ from GitHub, in words. */
  readonly untrue: readonly string[];
}

interface Goals {
  readonly deliveriesMin: number;
  readonly killsMin: number;
}

type Goal = Pick<BenchmarkRow, "goal" | "holds">;

const SHOWN: Goal = { goal: "shown only", holds: true };

export function toRows(ours: Outcome, peer: PeerLoss, goals: Goals): BenchmarkRow[] {
  return [...ledgerRows(ours, peer, goals), ...effectRows(ours), ...runRows(ours, peer, goals)];
}

function ledgerRows({ ledger }: Outcome, peer: PeerLoss, { deliveriesMin }: Goals): BenchmarkRow[] {
  const { sent, applied, ignored, deduplicated, dead, lost, lostAcknowledged } = ledger;
  const sum = applied + ignored + deduplicated + dead;
  const balanced = { goal: `${sent}, and none invented`, holds: isBalanced(ledger) };
  const lostPercent = (part: number, whole: number) => Math.round((part / whole) * 1_000) / 10;
  return [
    row("sent", sent, atLeast(deliveriesMin, sent), peer.sent),
    row("applied + ignored + deduplicated + dead", sum, balanced),
    row("applied", applied, SHOWN),
    row("ignored, with a reason", ignored, SHOWN),
    row("deduplicated", deduplicated, SHOWN),
    row("dead", dead, SHOWN),
    row("lost", lost, none(lost), peer.lost),
    row("lost although acknowledged", lostAcknowledged, none(lostAcknowledged), peer.lostAcknowledged),
    {
      ...row("lost", lostPercent(lost, sent - deduplicated), SHOWN, lostPercent(peer.lost, peer.deliveries)),
      measure: "lost of all deliveries",
      unit: "%",
    },
  ];
}

function effectRows({ repeated, untrue }: Outcome): BenchmarkRow[] {
  return [
    { ...row("effects on GitHub done twice", repeated.length, none(repeated.length)), unit: "effects" },
    { ...row("records that differ from GitHub", untrue.length, none(untrue.length)), unit: "differences" },
  ];
}

function runRows(
  { kills, repairMs, redelivered, requests, sentPerSecond }: Outcome,
  peer: PeerLoss,
  { killsMin }: Goals,
): BenchmarkRow[] {
  const { web, worker, primary } = kills;
  return [
    { ...row("kill -9 of the process that listens", web, atLeast(killsMin, web), peer.kills), unit: "kills" },
    { ...row("kill -9 of the process that works", worker, atLeast(killsMin, worker)), unit: "kills" },
    { ...row("kill -9 of MongoDB's primary", primary, SHOWN), unit: "kills" },
    { ...row("rate", Math.round(sentPerSecond), SHOWN), unit: "deliveries/s" },
    row("redelivered, because the process was not there", redelivered, SHOWN),
    { ...row("requests of the bot to GitHub", requests, SHOWN), unit: "requests" },
    { ...row("from the last kill to all repaired", Math.round(repairMs / 1_000), SHOWN), unit: "s" },
  ];
}

function none(count: number): Goal {
  return { goal: "0", holds: count === 0 };
}

function atLeast(minimum: number, count: number): Goal {
  return { goal: `≥ ${minimum}`, holds: count >= minimum };
}

function row(measure: string, ours: number, goal: Goal, peer: number | null = null): BenchmarkRow {
  const ratio = peer === null || peer === 0 ? null : Math.round((ours / peer) * 100) / 100;
  const peerName = peer === null ? null : "bare Probot";
  return { measure, unit: "deliveries", ours, peer, peerName, ratio, ...goal };
}
