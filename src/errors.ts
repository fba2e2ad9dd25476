/** What every refusal carries, so that a person knows what happened, why, and what to do. */
export interface Refusal {
  /** Stable, machine-readable, snake_case. */
  readonly code: string;
  /** Why, in a sentence for people. */
  readonly reason: string;
  /** What to do about it, in a sentence for people. */
  readonly remedy: string;
}

/**
 * The one error type of the house. Adapters translate foreign errors into it at their edge;
 * anything else that is thrown is a bug and is shown as `internal` without its text.
 */
export class OrbError extends Error {
  override readonly name = "OrbError";
  readonly code: string;
  readonly remedy: string;
  /** Where whoever refused said when to come back: not before this. */
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

/** What may be shown of any error: an `OrbError` says it itself, anything else is a bug and keeps its text. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof OrbError) return error.toRefusal();
  return {
    code: "internal",
    reason: "Something went wrong that should not have.",
    remedy: "It is in the bot's log under the same time; please report it with that line.",
  };
}
