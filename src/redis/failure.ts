import { OrbError } from "../errors.ts";

// ioredis' errors if no server can be asked, and the answers of one that is starting or is no longer the primary.
const AWAY =
  /^MaxRetriesPerRequestError|^Error: (?:Connection is closed|Command timed out|Stream isn't writeable)|^ReplyError: (?:LOADING|READONLY|MASTERDOWN|TRYAGAIN|CLUSTERDOWN)\b/;

/** Converts the client's error to an `OrbError` if Redis is unavailable; any other error stays as it is. */
export function toRedisFailure(error: unknown): unknown {
  return AWAY.test(String(error)) ? redisUnavailable(error) : error;
}

/** @param cause the error of a connection that was lost, or could not be made */
export function redisUnavailable(cause: unknown): OrbError {
  return new OrbError(
    {
      code: "redis_unavailable",
      reason: "The bot's Redis does not answer at the moment.",
      remedy: "Check REDIS_URL, and that the server is running. The bot continues by itself.",
    },
    { cause },
  );
}
