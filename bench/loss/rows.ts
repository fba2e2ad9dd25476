import type { BenchmarkRow } from "../result.ts";
import { isBalanced, type Ledger } from "./ledger.ts";
import type { PeerLoss } from "./peer-run.ts";
import type { Redeliveries } from "./redeliveries.ts";
import { atLeast, none, rounded, row, SHOWN } from "./row.ts";
import type { Truth } from "./truth.ts";

/** The results of a run with the bot. */
export interface Outcome {
  readonly ledger: Ledger;
  /** How often each of its processes, and the primary of its MongoDB, was killed. */
  readonly kills: { readonly web: number; readonly worker: number; readonly primary: number };
  /** From the last kill until everything was repaired and processed. */
  readonly repairMs: number;
  readonly redeliveries: Redeliveries;
  /** From the last kill until the last delivery was recovered, including the bot's waits that were skipped. */
  readonly backMinutes: number;
  /** Requests to GitHub for the installation. */
  readonly requests: number;
  readonly sentPerSecond: number;
  /** Descriptions of effects on GitHub that happened more than once. */
  readonly repeated: readonly string[];
  readonly truth: Truth;
}

interface Goals {
  readonly deliveriesMin: number;
  readonly killsMin: number;
}

export function toRows(ours: Outcome, peer: PeerLoss, goals: Goals): BenchmarkRow[] {
  return [...ledgerRows(ours, peer, goals), ...effectRows(ours), ...runRows(ours, peer, goals)];
}

function ledgerRows({ ledger }: Outcome, peer: PeerLoss, { deliveriesMin }: Goals): BenchmarkRow[] {
  const { sent, applied, ignored, deduplicated, dead, lost, lostAcknowledged } = ledger;
  const sum = applied + ignored + deduplicated + dead;
  const balanced = { goal: `${sent}, and none invented`, holds: isBalanced(ledger) };
  const lostPercent = (part: number, whole: number) => rounded((part / whole) * 100);
  return [
    row("sent", sent, atLeast(deliveriesMin, sent), peer.sent),
    row("applied + ignored + deduplicated + dead", sum, balanced),
    row("applied", applied, SHOWN),
    row("ignored, with a reason", ignored, SHOWN),
    row("deduplicated", deduplicated, SHOWN),
    row("dead", dead, SHOWN),
    row("lost", lost, none(lost), peer.lost),
    row("acknowledged, but lost", lostAcknowledged, none(lostAcknowledged), peer.lostAcknowledged),
    {
      ...row("lost", lostPercent(lost, sent - deduplicated), SHOWN, lostPercent(peer.lost, peer.deliveries)),
      measure: "lost of all deliveries",
      unit: "%",
    },
  ];
}

function effectRows({ repeated, truth }: Outcome): BenchmarkRow[] {
  return [
    { ...row("effects on GitHub done twice", repeated.length, none(repeated.length)), unit: "effects" },
    ...truthRows(truth),
  ];
}

export function truthRows({ untrue, open, conflicting, unknown }: Truth): BenchmarkRow[] {
  return [
    { ...row("records that differ from GitHub", untrue.length, none(untrue.length)), unit: "differences" },
    { ...row("open at the end", open, SHOWN), unit: "pull requests" },
    { ...row("of those in conflict", conflicting, SHOWN), unit: "pull requests" },
    { ...row("of those, mergeability unknown", unknown, SHOWN), unit: "pull requests" },
  ];
}

function runRows(
  { kills, repairMs, redeliveries, backMinutes, requests, sentPerSecond }: Outcome,
  peer: PeerLoss,
  { killsMin }: Goals,
): BenchmarkRow[] {
  const { web, worker, primary } = kills;
  return [
    { ...row("kill -9 of the web process", web, atLeast(killsMin, web), peer.kills), unit: "kills" },
    { ...row("kill -9 of the worker process", worker, atLeast(killsMin, worker)), unit: "kills" },
    { ...row("kill -9 of MongoDB's primary", primary, SHOWN), unit: "kills" },
    { ...row("rate", Math.round(sentPerSecond), SHOWN), unit: "deliveries/s" },
    row("redelivered, because the bot asked for it", redeliveries.asked, SHOWN),
    row("of those, asked for more than once", redeliveries.repeated, SHOWN),
    row("of those, already in the inbox: a second copy came", redeliveries.needless, SHOWN),
    {
      ...row("from the last kill until the last was recovered", rounded(backMinutes), SHOWN),
      unit: "simulated min",
    },
    { ...row("requests of the bot to GitHub", requests, SHOWN), unit: "requests" },
    { ...row("from the last kill until all was repaired", Math.round(repairMs / 1_000), SHOWN), unit: "s" },
  ];
}
