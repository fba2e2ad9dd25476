import type { Redeliveries } from "../loss/redeliveries.ts";
import { atLeast, atMost, none, rounded, row } from "../loss/row.ts";
import { truthRows } from "../loss/rows.ts";
import type { Truth } from "../loss/truth.ts";
import type { BenchmarkRow } from "../result.ts";

/** What happened to the events of an outage. */
export interface Recovery {
  readonly events: number;
  /** Of those, stored before the bot was up again, although GitHub got no answer. */
  readonly before: number;
  /** Of those, stored at the end. */
  readonly recovered: number;
  readonly redeliveries: Redeliveries;
  /** From the start of the first process until the last event was stored. */
  readonly minutes: number;
  /** Requests about GitHub's log of deliveries. */
  readonly requests: number;
  /** Descriptions of effects on GitHub that happened more than once. */
  readonly repeated: readonly string[];
  readonly truth: Truth;
}

interface Goals {
  readonly eventsMin: number;
  readonly minutesMax: number;
}

/** Entries of GitHub's log in one request. */
const PAGE_ITEMS = 100;

export function toRows(recovery: Recovery, { eventsMin, minutesMax }: Goals): BenchmarkRow[] {
  const { events, before, recovered, redeliveries, minutes, requests, repeated, truth } = recovery;
  const requestsMax = Math.ceil(events / PAGE_ITEMS) + events;
  return [
    row("events while the bot was down", events, atLeast(eventsMin, events)),
    row("in the inbox before, unknown to GitHub", before, atLeast(1, before)),
    row("in the inbox at the end", recovered, { goal: `${events}`, holds: recovered === events }),
    row("redelivered", redeliveries.asked, {
      goal: `${events - before}`,
      holds: redeliveries.asked === events - before,
    }),
    row("redelivered although already in the inbox", redeliveries.needless, none(redeliveries.needless)),
    row("redelivered more than once", redeliveries.repeated, none(redeliveries.repeated)),
    {
      ...row("until all were in the inbox", rounded(minutes), atMost(minutesMax, minutes)),
      unit: "simulated min",
    },
    {
      ...row("requests about GitHub's log", requests, atMost(requestsMax, requests)),
      unit: "requests",
    },
    { ...row("effects on GitHub done twice", repeated.length, none(repeated.length)), unit: "effects" },
    ...truthRows(truth),
  ];
}
