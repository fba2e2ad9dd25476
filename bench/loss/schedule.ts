import { randomUUID } from "node:crypto";
import type { Outgoing } from "../../test/local-github/webhooks/webhooks.ts";

/** Of every hundred deliveries: sent twice under one GUID, overtaken by many others, told again under another GUID. */
const DUPLICATED_PERCENT = 5;
const REORDERED_PERCENT = 5;
const TOLD_AGAIN_PERCENT = 2;
/** How many places a delivery may be from where it was raised: a second's worth at 200 a second. */
const SHUFFLED_PLACES = 200;
/** The same for those that others overtake, and for the second copy of one. */
const OVERTAKEN_PLACES = 2_000;

/** How many are sent for each that is raised. */
export const SENT_PER_RAISED = 1 + (DUPLICATED_PERCENT + TOLD_AGAIN_PERCENT) / 100;

/**
 * In which order the deliveries of a history arrive: shuffled within a second, some overtaken by ten seconds of
 * others, some twice, and some as though they were two.
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
      ...(percent() < TOLD_AGAIN_PERCENT
        ? [{ place: later(), outgoing: { ...outgoing, guid: randomUUID() } }]
        : []),
    ];
  });
  return placed.sort((one, other) => one.place - other.place).map(({ outgoing }) => outgoing);
}
