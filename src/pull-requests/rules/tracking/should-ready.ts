import type { RepositorySettings } from "../../../repository-settings/settings.ts";
import type { Seen } from "./seen.ts";

export interface ReadyFacts {
  readonly settings: Pick<RepositorySettings, "autoReady">;
  readonly seen: Pick<Seen, "lifecycle" | "checks" | "mergeability" | "headSha">;
  /** The bot itself made it a draft, and no person has since. */
  readonly draftByBot: boolean;
  /** Somebody asked the bot to leave it alone for now. */
  readonly held: boolean;
}

/** Whether a draft is to be marked as ready for review, and why or why not. */
export function shouldReady(facts: ReadyFacts): { readonly ready: boolean; readonly because: string } {
  throw new Error(`not yet: ${facts.held}`);
}
