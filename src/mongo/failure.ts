import { OrbError } from "../errors.ts";

/** The code of MongoDB's refusal to insert what a unique index has already. */
export const DUPLICATE_KEY = 11_000;

// The driver's errors where no server can be asked, as opposed to one that said no.
const AWAY =
  /^Mongo(?:ServerSelection|Network|NetworkTimeout|NotConnected|PoolCleared|TopologyClosed|WriteConcern)Error$|^MongooseServerSelectionError$/;

/** The driver's error as the house's, where it means that MongoDB is away; any other error as it is. */
export function toMongoFailure(error: unknown): unknown {
  if (!(error instanceof Error) || !AWAY.test(error.name)) return error;
  return new OrbError(
    {
      code: "mongodb_unavailable",
      reason: "The bot's database does not answer at the moment.",
      remedy: "Try again after the time in Retry-After.",
    },
    { cause: error },
  );
}
