import type { Asked } from "./rules/command.ts";

/** Waiting requests. More are refused until some are carried out. */
export const REQUESTS_WAITING_MAX = 20;
/** Waiting requests of one person, so that nobody's comments block another person's. Two full comments reach it. */
export const REQUESTS_OF_ONE_MAX = 10;
/** The keys of so many finished requests are kept, so that a repetition is recognised. */
export const REQUESTS_REMEMBERED_MAX = 200;

/** A command of a person or a program, stored until it is carried out under the record's lease. */
export interface CommandRequest {
  /** Of a comment, a delivery, or a call of the API. The same key again changes nothing. */
  readonly key: string;
  readonly command: Asked;
  readonly door: "comment" | "button" | "api" | "queue";
  /** The login on GitHub, or for `api` the name of the token. */
  readonly by: string;
  /** The comment to react to; `null` if the command came another way. */
  readonly commentId: number | null;
  /** The commit of the merge queue to check. */
  readonly headSha?: string;
  readonly at: Date;
}

/** A person's wish, and since when. */
export interface Wish {
  readonly by: string;
  readonly at: Date;
}

/** A change of the draft state that a person asked for and GitHub refused for lack of a permission. */
export interface DraftWish extends Wish {
  readonly draft: boolean;
}

/** A person's wish for a clean-up, stored for the subject above that carries it out. */
export interface CleanupRequest extends Wish {
  /** Whether that subject has taken it over. */
  readonly taken: boolean;
}

/** The traces of commands on a record. */
export interface CommandMemory {
  /** The oldest first. */
  requests: CommandRequest[];
  /** Keys, the latest last. */
  requestsDone: string[];
  /**
   * If something blocked it: the time of its next attempt without the command, because an answer is not an attempt. `null` if
   * nothing blocked it.
   */
  parked: { readonly until: Date | null } | null;
  /** While it is set the bot writes nothing to the pull request, but answers commands and continues its looks. */
  hold: Wish | null;
  /** Everything that the bot wrote must be written again, even if nothing seems to have changed. */
  refreshAsked: Wish | null;
  /** The time of the latest retry. Attempts before it no longer count. */
  retried: Wish | null;
  /** A person wants a draft, so the bot does not mark it as ready by itself. */
  draftAsked: Wish | null;
  /** The bot carries it out once the permission is granted. */
  draftWaits: DraftWish | null;
  /** A person wants the agents' workspace to be removed early. */
  cleanupAsked: CleanupRequest | null;
}
