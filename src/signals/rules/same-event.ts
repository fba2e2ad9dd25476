import type { Refusal } from "../../errors.ts";
import type { Signal } from "../signal.ts";

/** A stored signal, as far as it tells whether another one is a copy of it. */
type Known = Pick<Signal, "source" | "id" | "type" | "project" | "time" | "data"> & {
  readonly receivedAt: Date;
};

/**
 * Why a signal is not a copy of the stored one with its `source` and `id`; `null` if it is one. A signal without a time
 * has the time of its arrival, so only two times that senders gave are compared.
 */
export function conflictWith(known: Known, signal: Signal, receivedAt: Date): Refusal | null {
  const isTimed = differ(known.time, known.receivedAt) && differ(signal.time, receivedAt);
  const isSame =
    known.type === signal.type &&
    !(isTimed && differ(known.time, signal.time)) &&
    // The schema has put the fields of both into one order.
    asStored(known.data) === asStored(signal.data);
  if (isSame) return null;
  const { source, id } = signal;
  return {
    code: "signal_conflict",
    reason:
      `The id ${JSON.stringify(id)} of the source ${JSON.stringify(source)} belongs to another event: ${known.type} of ` +
      `the project ${known.project}, with the time ${known.time.toISOString()}, stored ${known.receivedAt.toISOString()}.`,
    remedy:
      "Give every event an id of its own, and send this one again with it. To repeat an event, do not change it.",
  };
}

/** MongoDB stores half of a surrogate pair, as text has that was cut in an emoji, as U+FFFD. */
function asStored(data: Known["data"]): string {
  return JSON.stringify(data, (_key, value: unknown) =>
    typeof value === "string" ? value.toWellFormed() : value,
  );
}

function differ(one: Date, other: Date): boolean {
  return one.getTime() !== other.getTime();
}
