/** GitHub's answer to a request that failed. */
export interface FailedAnswer {
  /** HTTP status; `null` if no answer came (time-out, connection lost). */
  readonly status: number | null;
  /** GitHub's own words: the message, and each error's message or field and code. */
  readonly message: string;
  readonly headers: Readonly<Record<string, string | number | undefined>>;
}
