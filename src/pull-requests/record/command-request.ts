import type { Asked } from "./rules/command.ts";

/** Of those that wait; more are refused until some are carried out. */
export const REQUESTS_WAITING_MAX = 20;
/** Of one person's, so that nobody's comments keep another's from being heard; two comments may ask for as many. */
export const REQUESTS_OF_ONE_MAX = 10;
/** Of those carried out, the latest are known again when they come once more. */
export const REQUESTS_REMEMBERED_MAX = 200;

/** What a person or a program asked for, kept until it is carried out under the record's lease. */
export interface CommandRequest {
  /** The same key again changes nothing: of a comment, a delivery, or a call of the API. */
  readonly key: string;
  readonly command: Asked;
  readonly door: "comment" | "button" | "api" | "queue";
  /** The login on GitHub, or for `api` the name of the token. */
  readonly by: string;
  /** The comment that reactions go to; only a comment has one. */
  readonly commentId: number | null;
  /** The commit of the merge queue that is to be checked. */
  readonly headSha?: string;
  readonly at: Date;
}

/** Somebody's wish, and since when. */
export interface Wish {
  readonly by: string;
  readonly at: Date;
}

/** What commands leave on a record. */
export interface CommandMemory {
  /** The oldest first. */
  requests: CommandRequest[];
  /** Keys, the latest last. */
  requestsDone: string[];
  /**
   * When it would have been looked at next if nobody had asked for anything, where something stood in its way: an answer
   * is no new attempt. `null` where nothing did.
   */
  parked: { readonly until: Date | null } | null;
  /** While it is set the bot writes nothing to the pull request, but answers commands and goes on looking. */
  hold: Wish | null;
  /** All that the bot wrote is to be written anew, though nothing seems to have changed. */
  refreshAsked: Wish | null;
  /** The latest retry: what was given up before it counts no more. */
  retried: Wish | null;
  /** A person wants it to be a draft: it does not become ready by itself. */
  draftAsked: Wish | null;
  /** Somebody wants the agents' workspace to go before its time. */
  cleanupAsked: Wish | null;
}
