import type { RepositorySettings } from "../../../repository-settings/settings.ts";
import { namesOf } from "../../observe/rules/edges-of-checks.ts";
import { MERGEABILITY_ASKS_MAX, NO_CHECKS_STANDS_MS } from "../../observe/rules/next-look.ts";
import type { Seen, SeenChecks } from "../../record/rules/seen.ts";

export interface ReadyFacts {
  readonly settings: Pick<RepositorySettings, "autoReady">;
  readonly seen: Pick<Seen, "lifecycle" | "checks" | "mergeability">;
  /** The bot itself made it a draft, and no person has since. */
  readonly draftByBot: boolean;
  /** A person put it on hold. */
  readonly held: boolean;
  readonly now: Date;
}

export interface ReadyDecision {
  readonly ready: boolean;
  readonly because: string;
}

/** Whether to mark a draft as ready for review, and why or why not. */
export function shouldReady({ settings, seen, draftByBot, held, now }: ReadyFacts): ReadyDecision {
  const { value, asked } = seen.mergeability;
  if (seen.lifecycle !== "draft") return notReady("It is not a draft");
  if (!settings.autoReady) return notReady("The setting autoReady is off");
  if (!draftByBot) return notReady("A person made it a draft");
  if (held) return notReady("Somebody put it on hold");
  if (value === "conflicting") return notReady("It conflicts with its base branch");
  if (value === "unknown" && asked <= MERGEABILITY_ASKS_MAX) {
    return notReady("GitHub does not know yet whether it can be merged");
  }
  return byChecks(seen.checks, now);
}

/** If the base requires no check, all existing checks must pass, and it must be certain that no others will come. */
function byChecks(checks: SeenChecks, now: Date): ReadyDecision {
  if (checks.unread) return notReady("The bot has no permission to read checks here");
  if (checks.requiredPassed && checks.verdict !== "none") {
    return { ready: true, because: "All required checks have passed" };
  }
  if (!checks.requiredPassed) {
    const failed = checks.failed.filter(({ required }) => required);
    const shown = failed.length > 0 ? failed : checks.failed;
    return notReady(shown.length > 0 ? `${namesOf(shown)} failed` : "Not all checks have passed yet");
  }
  const waited = now.getTime() - checks.since.getTime() >= NO_CHECKS_STANDS_MS;
  return waited
    ? { ready: true, because: "This repository runs no checks" }
    : notReady("No check has reported yet");
}

function notReady(because: string): ReadyDecision {
  return { ready: false, because };
}
