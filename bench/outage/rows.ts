import type { Redeliveries } from "../loss/redeliveries.ts";
import { atLeast, atMost, none, rounded, row } from "../loss/row.ts";
import { truthRows } from "../loss/rows.ts";
import type { Truth } from "../loss/truth.ts";
import type { BenchmarkRow } from "../result.ts";

/** What became of the events of an outage. */
export interface Recovery {
  readonly events: number;
  /** Of those, stored before the bot was there again, although GitHub had heard no answer. */
  readonly before: number;
  /** Of those, stored in the end. */
  readonly recovered: number;
  readonly redeliveries: Redeliveries;
  /** From the start of the first process until the last event was stored. */
  readonly minutes: number;
  /** About GitHub's log of deliveries. */
  readonly requests: number;
  /** Effects on GitHub that were done more than once, in words. */
  readonly repeated: readonly string[];
  readonly truth: Truth;
}

interface Goals {
  readonly eventsMin: number;
  readonly minutesMax: number;
}

/** Of GitHub's log, in one request. */
const PAGE_ITEMS = 100;

export function toRows(recovery: Recovery, { eventsMin, minutesMax }: Goals): BenchmarkRow[] {
  const { events, before, recovered, redeliveries, minutes, requests, repeated, truth } = recovery;
  const requestsMax = Math.ceil(events / PAGE_ITEMS) + events;
  return [
    row("events while the bot was down", events, atLeast(eventsMin, events)),
    row("in the inbox before, unknown to GitHub", before, atLeast(1, before)),
    row("in the inbox in the end", recovered, { goal: `${events}`, holds: recovered === events }),
    row("redelivered", redeliveries.asked, {
      goal: `${events - before}`,
      holds: redeliveries.asked === events - before,
    }),
    row("redelivered although it was there", redeliveries.needless, none(redeliveries.needless)),
    row("redelivered more than once", redeliveries.repeated, none(redeliveries.repeated)),
    {
      ...row("until all were there", rounded(minutes), atMost(minutesMax, minutes)),
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
