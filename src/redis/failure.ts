import { OrbError } from "../errors.ts";

// ioredis' errors if no server can be asked, and the answers of one that is starting or is no longer the primary.
const AWAY =
  /^MaxRetriesPerRequestError|^Error: (?:Connection is closed|Command timed out|Stream isn't writeable)|^ReplyError: (?:LOADING|READONLY|MASTERDOWN|TRYAGAIN|CLUSTERDOWN)\b/;

/** What an operator does about an answer that Redis repeats until somebody does it. */
const REFUSALS = [
  {
    form: /^ReplyError: WRONGTYPE\b/,
    reason: "One of the bot's keys in Redis is of another kind: another program uses it.",
    remedy: "Give the bot a database of its own in REDIS_URL. All its keys begin with orb:.",
  },
  {
    form: /^ReplyError: (?:NOAUTH|WRONGPASS|NOPERM)\b/,
    reason: "The bot's Redis does not accept the user of REDIS_URL, or allows it too little.",
    remedy:
      "Check the user and the password. It needs all commands on keys and channels that begin with orb:.",
  },
  {
    form: /^ReplyError: (?:OOM|MISCONF)\b/,
    reason: "The bot's Redis takes no writes: it is out of memory, or can't write to its disk.",
    remedy: "Make room there. The bot continues by itself.",
  },
];

/** Converts the client's error to an `OrbError` if Redis is unavailable or refuses; any other error stays as it is. */
export function toRedisFailure(error: unknown): unknown {
  const text = String(error);
  if (AWAY.test(text)) return redisUnavailable(error);
  const refusal = REFUSALS.find(({ form }) => form.test(text));
  if (!refusal) return error;
  const { reason, remedy } = refusal;
  return new OrbError({ code: "redis_refused", reason, remedy }, { cause: error });
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
