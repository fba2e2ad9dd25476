import type { Pace } from "../../../work/pace.ts";

/** The parts of a request, as Octokit is about to send it, that decide its pace. */
export interface PacedRequest {
  readonly method: string;
  readonly url: string;
  /** The document, if it is GraphQL. */
  readonly query?: unknown;
}

/**
 * Whether a request may change something on GitHub, and so must wait for its turn among the writes. POST alone does not
 * decide: GraphQL uses it for queries too, `POST /markdown` stores nothing, and a redelivered webhook creates nothing
 * that notifies anybody.
 *
 * A document counts as a query only if it says so itself; in doubt it waits, which costs time but does no harm.
 *
 * https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits
 */
export function isWrite({ method, url, query }: PacedRequest): boolean {
  if (method === "GET" || method === "HEAD") return false;
  // A redelivery creates nothing on GitHub, and there are thousands of them after an outage.
  if (/\/app\/hook\/deliveries\/(?:\d+|\{delivery_id\})\/attempts$/.test(url)) return false;
  if (url.endsWith("/graphql")) return !(typeof query === "string" && /^\s*(?:query\b|\{)/.test(query));
  return !url.endsWith("/markdown");
}

/**
 * The earliest time at which that many more writes may begin, in milliseconds.
 *
 * @param before the times of writes that have begun or have a slot, ascending, in milliseconds
 */
export function nextWriteMs(
  before: readonly number[],
  nowMs: number,
  { windows, writes = 1 }: { readonly windows: Pace["writeWindows"]; readonly writes?: number },
): number {
  const inTurn = Math.max(nowMs, before.at(-1) ?? nowMs);
  return windows.reduce((slot, { max, lengthMs }) => {
    const oldest = before.at(Math.min(writes, max) - 1 - max);
    return oldest === undefined ? slot : Math.max(slot, oldest + lengthMs);
  }, inTurn);
}
