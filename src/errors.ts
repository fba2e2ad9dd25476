/** The content of every refusal, so that people know what happened, why, and what to do. */
export interface Refusal {
  /** Stable, machine-readable, snake_case. */
  readonly code: string;
  /** Why, in a sentence for people. */
  readonly reason: string;
  /** What to do about it, in a sentence for people. */
  readonly remedy: string;
}

/**
 * The only error type of the bot. Adapters translate errors of libraries into it. Any other error is a bug and is shown
 * as `internal`, without its message.
 */
export class OrbError extends Error {
  override readonly name = "OrbError";
  readonly code: string;
  readonly remedy: string;
  /** Do not retry before this time; `null` if the other side gave no time. */
  readonly retryAt: Date | null;

  constructor(
    { code, reason, remedy }: Refusal,
    { retryAt = null, ...options }: ErrorOptions & { retryAt?: Date | null } = {},
  ) {
    super(reason, options);
    this.code = code;
    this.remedy = remedy;
    this.retryAt = retryAt;
  }

  toRefusal(): Refusal {
    return { code: this.code, reason: this.message, remedy: this.remedy };
  }
}

/** The part of an error that may be shown. An `OrbError` brings it; any other error is a bug and its message stays private. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof OrbError) return error.toRefusal();
  return {
    code: "internal",
    reason: "The bot has a bug and could not finish this.",
    remedy: "Please report it, with the line that the bot's log has for this time.",
  };
}
