import type { FailureCode } from "./failure-codes.ts";

/** An answer of GitHub and its name. */
export interface FailureRow {
  readonly code: FailureCode;
  /** GraphQL refuses with 200. */
  readonly statuses: readonly number[];
  /** GitHub's words. */
  readonly says?: RegExp;
  /** The type of GraphQL's error. */
  readonly type?: string;
  /** Method and path of the request. */
  readonly of?: RegExp;
  readonly remedy: string;
}

/** The remedy for a limit on who may open pull requests, or how many. */
export const PULL_REQUESTS_RESTRICTED =
  "Check in the repository's settings who may open pull requests, how many one author may have open, and whether " +
  "interactions are limited. Add the App to the exceptions.";
