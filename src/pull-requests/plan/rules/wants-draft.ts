import type { Refusal } from "../../../errors.ts";
import type { RepositorySettings } from "../../../repository-settings/settings.ts";
import type { Completion } from "../../../signals/signal.ts";
import type { ChangeAnalysis } from "../../../changes/rules/change-analysis.ts";

/**
 * Whether to open a pull request as a draft, which asks nobody for a review yet. The repository's settings decide,
 * or leave it to the signal or to the risk.
 */
export function wantsDraft({
  completion,
  settings,
  analysis,
}: {
  readonly completion: Pick<Completion, "draft">;
  readonly settings: Pick<RepositorySettings, "draft">;
  readonly analysis: Pick<ChangeAnalysis, "risks">;
}): boolean {
  const asked = completion.draft ?? false;
  switch (settings.draft) {
    case "always":
      return true;
    case "never":
      return false;
    case "signal":
      return asked;
    case "risky":
      return asked || analysis.risks.length > 0;
    default:
      return settings.draft satisfies never;
  }
}

/** The shortcoming if a pull request should have been a draft and the repository does not support drafts. */
export function refusedDraft(
  facts: Parameters<typeof wantsDraft>[0] & {
    readonly completion: Pick<Completion, "repository">;
    readonly existing: { readonly draft: boolean } | null;
    /** GitHub has just said so. */
    readonly draftsRefused: boolean;
  },
): Refusal[] {
  if (!facts.draftsRefused || !wantsDraft(facts) || facts.existing?.draft) return [];
  return [
    {
      code: "drafts_not_supported",
      reason: `${facts.completion.repository} does not support draft pull requests, so this is not a draft.`,
      remedy:
        "Don't merge it before it is ready. GitHub supports drafts in public repositories and in paid plans.",
    },
  ];
}
