import { OrbError } from "../errors.ts";

/** The code of MongoDB's refusal to insert what a unique index has already. */
const DUPLICATE_KEY = 11_000;

// The driver's errors where no server can be asked, as opposed to one that said no.
const AWAY =
  /^Mongo(?:ServerSelection|Network|NetworkTimeout|NotConnected|OperationTimeout|PoolCleared|TopologyClosed|WriteConcern)Error$|^MongooseServerSelectionError$/;
/** What a server answers that is about to stop or is the primary no longer. */
const RETRYABLE = "RetryableWriteError";

/** The driver's error as the house's, where it means that MongoDB is away; any other error as it is. */
export function toMongoFailure(error: unknown): unknown {
  if (!isAway(error)) return error;
  return new OrbError(
    {
      code: "mongodb_unavailable",
      reason: "The bot's database does not answer at the moment.",
      remedy: "Try again after the time in Retry-After.",
    },
    { cause: error },
  );
}

/** The same for one that ends a start: nobody can try again later. */
export function toStartFailure(error: unknown): unknown {
  if (toMongoFailure(error) === error) return error;
  return unreachable("The MongoDB at MONGODB_URI has no primary that answers", error);
}

/** @param what happened, without a full stop */
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
 * Which of the documents of an unordered bulk insert were there already, by their places in it. A duplicate is as
 * durable as the insert would have been: MongoDB waits for the write concern of what it found.
 *
 * @param error what the insert failed with
 * @throws what is not only about duplicates, such as a write that no majority has confirmed
 */
export function duplicatesIn(error: unknown): number[] {
  if (!isBulkError(error) || error.writeErrors.length === 0 || error.result?.getWriteConcernError?.())
    throw error;
  if (error.writeErrors.some(({ code }) => code !== DUPLICATE_KEY)) throw error;
  return error.writeErrors.map(({ index }) => index);
}

interface BulkError {
  readonly writeErrors: readonly { readonly index: number; readonly code: number }[];
  readonly errorResponse?: unknown;
  readonly result?: { getWriteConcernError?(): unknown };
}

function isBulkError(error: unknown): error is BulkError & Error {
  return error instanceof Error && "writeErrors" in error && Array.isArray(error.writeErrors);
}

function isAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return AWAY.test(error.name) || isLabelled(error) || isAway(cutShort(error));
}

/** What ended a bulk insert before the server answered; the driver hides it in an error of its own. */
function cutShort(error: Error): unknown {
  return isBulkError(error) && error.errorResponse instanceof Error ? error.errorResponse : null;
}

function isLabelled(error: Error): boolean {
  return (
    "hasErrorLabel" in error &&
    typeof error.hasErrorLabel === "function" &&
    error.hasErrorLabel(RETRYABLE) === true
  );
}

/** Whether MongoDB refused a write because a unique index has its key already. */
export function isDuplicateKey(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === DUPLICATE_KEY;
}
