import type { Refusal } from "../../../errors.ts";
import type { Completion } from "../../../signals/signal.ts";
import { wantsDraft } from "./wants-draft.ts";

/** What is to be told where a pull request should have been a draft and the repository has none; else nothing. */
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
