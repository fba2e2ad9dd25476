/** A request as Octokit is about to send it, as far as its pace hangs on it. */
export interface PacedRequest {
  readonly method: string;
  readonly url: string;
  /** The document, where it is GraphQL. */
  readonly query?: unknown;
}

/**
 * Whether a request may change something on GitHub, so that it has to wait for its turn among the writes. A POST
 * says little: GraphQL sends its questions by it as well, `POST /markdown` renders and keeps nothing, and a webhook
 * that is delivered again creates nothing that anybody is notified of.
 *
 * A document counts as a question only where it says so itself; in doubt it waits, which costs time and no harm.
 *
 * https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits
 */
export function isWrite({ method, url, query }: PacedRequest): boolean {
  if (method === "GET" || method === "HEAD") return false;
  if (url.endsWith("/graphql")) return !(typeof query === "string" && /^\s*(?:query\b|\{)/.test(query));
  return !url.endsWith("/markdown") && !url.endsWith("/attempts");
}
