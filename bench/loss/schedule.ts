import { randomUUID } from "node:crypto";
import type { Outgoing } from "../../test/local-github/webhooks/webhooks.ts";

/** Per hundred deliveries: sent twice under one GUID, delayed behind many others, sent again under another GUID. */
const DUPLICATED_PERCENT = 5;
const REORDERED_PERCENT = 5;
const SENT_AGAIN_PERCENT = 2;
/** How many places a delivery may move from its original position: one second's worth at 200 per second. */
const SHUFFLED_PLACES = 200;
/** The same for delayed deliveries, and for the second copy of a delivery. */
const OVERTAKEN_PLACES = 2_000;

/** How many are sent per raised event. */
export const SENT_PER_RAISED = 1 + (DUPLICATED_PERCENT + SENT_AGAIN_PERCENT) / 100;

/**
 * The order in which the deliveries of a history arrive: shuffled within a second, some delayed by ten seconds
 * of others, some sent twice, and some sent as two separate deliveries.
 */
export function scheduleOf(raised: readonly Outgoing[], random: () => number): readonly Outgoing[] {
  const percent = () => random() * 100;
  const placed = raised.flatMap((outgoing, index) => {
    const isOvertaken = percent() < REORDERED_PERCENT;
    const place = index + random() * (isOvertaken ? OVERTAKEN_PLACES : SHUFFLED_PLACES);
    const later = () => place + random() * OVERTAKEN_PLACES;
    return [
      { place, outgoing },
      ...(percent() < DUPLICATED_PERCENT ? [{ place: later(), outgoing }] : []),
      ...(percent() < SENT_AGAIN_PERCENT
        ? [{ place: later(), outgoing: { ...outgoing, guid: randomUUID() } }]
        : []),
    ];
  });
  return placed.sort((one, other) => one.place - other.place).map(({ outgoing }) => outgoing);
}
