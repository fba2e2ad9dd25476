import type { Refusal } from "../../../errors.ts";
import type { Sibling } from "../../../descriptions/rules/description-facts.ts";
import type { RepositorySettings } from "../../../repository-settings/settings.ts";
import type { Seen } from "./seen.ts";

export interface CheckFacts {
  readonly seen: Pick<Seen, "lifecycle" | "checks" | "review" | "mergeability" | "headSha">;
  readonly settings: Pick<RepositorySettings, "siblings">;
  readonly siblings: readonly Sibling[];
  /** Why the bot leaves it alone for now; `null` where it does not. */
  readonly hold: string | null;
  /** What stands in the way of the bot itself, such as a broken loop. */
  readonly problem: Refusal | null;
}

/** What the check run `orb` says of a pull request at a moment. */
export interface CheckTruth {
  /** `null`: it is still in progress, for it waits for the others of a change set. */
  readonly conclusion: "success" | "neutral" | "action_required" | null;
  /** Plain text, without names of others' making. */
  readonly title: string;
  /** Plain sentences, bounded; names of checks stand in them, so they are to be sanitised. */
  readonly lines: readonly string[];
}

export function checkConclusion(facts: CheckFacts): CheckTruth {
  throw new Error(`not yet: ${facts.hold}`);
}
