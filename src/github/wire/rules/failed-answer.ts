/** GitHub's answer to a request that failed. */
export interface FailedAnswer {
  /** HTTP status; `null` if no answer came (time-out, connection lost). */
  readonly status: number | null;
  /** GitHub's own words: the message, and each error's message or field and code. */
  readonly message: string;
  /** The types of GraphQL's errors. */
  readonly types?: readonly string[];
  /** Method and path of the request, such as `POST /repos/octo/hello/pulls`. */
  readonly operation?: string;
  readonly headers: Readonly<Record<string, string | number | undefined>>;
}
