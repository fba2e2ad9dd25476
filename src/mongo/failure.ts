import { OrbError } from "../errors.ts";
import type { Failing } from "../work/rules/back-off.ts";
import { isAway } from "./away.ts";

/** MongoDB's code for a key that a unique index already has. */
const DUPLICATE_KEY = 11_000;

const UNAVAILABLE = "mongodb_unavailable";

/** Converts the driver's error to an `OrbError` if MongoDB is unavailable; any other error stays as it is. */
export function toMongoFailure(error: unknown): unknown {
  if (!isAway(error)) return error;
  return new OrbError(
    {
      code: UNAVAILABLE,
      reason: "The bot's database can't answer at the moment.",
      remedy: "Try again after the time in Retry-After.",
    },
    { cause: error },
  );
}

/** Whether `error`, or what it is converted to, means that MongoDB is unavailable. */
export function isMongoUnavailable(error: unknown): boolean {
  return isAway(error) || (error instanceof OrbError && error.code === UNAVAILABLE);
}

/** How to try work again that only touches our stores: an outage of MongoDB must not use up its few tries. */
export function failingOfStores(error: unknown): Extract<Failing, "outage" | "signal_or_delivery"> {
  return isMongoUnavailable(error) ? "outage" : "signal_or_delivery";
}

/** The same for an error that stops the start of the bot, where no caller can try again later. */
export function toStartFailure(error: unknown): unknown {
  if (toMongoFailure(error) === error) return error;
  return unreachable("The MongoDB at MONGODB_URI has no primary that answers", error);
}

/** @param what the event, without a full stop */
export function unreachable(what: string, cause: unknown): OrbError {
  return new OrbError(
    {
      code: "mongodb_unreachable",
      reason: `${what}: ${(cause as Error).message}`,
      remedy: "Check the address and the credentials, and that the server is running.",
    },
    { cause },
  );
}

/**
 * The indexes of the documents in an unordered bulk insert that already existed. A duplicate is as durable as a new
 * document: MongoDB waits until the existing one meets the write concern.
 *
 * @param error the error of the insert
 * @throws the same error if it is not only about duplicates, such as a write that no majority has confirmed
 */
export function duplicatesIn(error: unknown): number[] {
  if (!isBulkError(error) || error.writeErrors.length === 0 || error.result?.getWriteConcernError?.())
    throw error;
  if (error.writeErrors.some(({ code }) => code !== DUPLICATE_KEY)) throw error;
  return error.writeErrors.map(({ index }) => index);
}

interface BulkError {
  readonly writeErrors: readonly { readonly index: number; readonly code: number }[];
  readonly result?: { getWriteConcernError?(): unknown };
}

function isBulkError(error: unknown): error is BulkError & Error {
  return error instanceof Error && "writeErrors" in error && Array.isArray(error.writeErrors);
}

/** Whether MongoDB refused a write because a unique index already has its key. */
export function isDuplicateKey(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === DUPLICATE_KEY;
}
