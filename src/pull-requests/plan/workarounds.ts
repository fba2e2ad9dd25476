import { OrbError } from "../../errors.ts";
import { isGitHubFailure } from "../../github/wire/failure.ts";

/** Workarounds for the refusals of earlier turns and tries. */
export interface Workarounds {
  /** A pull request may exist although our record has none. */
  readonly mayExist: boolean;
  readonly draftsRefused: boolean;
  /** In (0, 1]: the part of the full description that GitHub accepts. */
  readonly bodyScale: number;
  /** Wait for failures that may pass in a moment, even if a pull request could be opened without the answer. */
  readonly patient: boolean;
}

export const NO_WORKAROUNDS: Workarounds = {
  mayExist: false,
  draftsRefused: false,
  bodyScale: 1,
  patient: true,
};

/** The workarounds for another turn after a refusal; `null` if there is none for it. */
export function addWorkaround(workarounds: Workarounds, error: unknown): Workarounds | null {
  if (isGitHubFailure(error, "pull_request_exists") && !workarounds.mayExist)
    return { ...workarounds, mayExist: true };
  if (isGitHubFailure(error, "drafts_not_supported")) return { ...workarounds, draftsRefused: true };
  if (isGitHubFailure(error, "body_too_long"))
    return { ...workarounds, bodyScale: workarounds.bodyScale / 4 };
  // No workaround except another turn.
  if (error instanceof OrbError && error.code === "pull_request_edited") return workarounds;
  return null;
}
