/** What GitHub's newest answers said about GitHub itself, for people who look after the bot. */
export class LastAnswer {
  readonly #realNow: () => Date;
  #skewSeconds: number | null = null;
  #remaining: number | null = null;

  /** @param realNow the clock with which the App signs its requests */
  constructor(realNow: () => Date) {
    this.#realNow = realNow;
  }

  /** @param headers of an answer, by their names in small letters */
  note(headers: Readonly<Record<string, unknown>>): void {
    const date = Date.parse(String(headers["date"]));
    if (Number.isFinite(date)) this.#skewSeconds = Math.round((this.#realNow().getTime() - date) / 1_000);
    const remaining = Number(headers["x-ratelimit-remaining"] ?? Number.NaN);
    if (Number.isFinite(remaining)) this.#remaining = remaining;
  }

  /** How far our clock is ahead of GitHub's, in seconds; and the requests that are left to the installation asked last. */
  get facts(): { readonly clockAheadSeconds: number | null; readonly requestsLeft: number | null } {
    return { clockAheadSeconds: this.#skewSeconds, requestsLeft: this.#remaining };
  }
}
