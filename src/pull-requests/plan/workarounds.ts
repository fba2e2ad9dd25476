import { OrbError } from "../../errors.ts";
import { isGitHubFailure } from "../../github/wire/failure.ts";

/** What earlier turns and tries have taught. */
export interface Workarounds {
  /** A pull request may be there though our record knows of none. */
  readonly mayExist: boolean;
  readonly draftsRefused: boolean;
  /** In (0, 1]: how much of the full description GitHub takes. */
  readonly bodyScale: number;
  /** What a moment may mend is waited for, also where a pull request could be opened without it. */
  readonly patient: boolean;
}

export const NO_WORKAROUNDS: Workarounds = {
  mayExist: false,
  draftsRefused: false,
  bodyScale: 1,
  patient: true,
};

/** What a refusal teaches that is worth another turn at once; `null` where it teaches nothing. */
export function addWorkaround(workarounds: Workarounds, error: unknown): Workarounds | null {
  if (isGitHubFailure(error, "pull_request_exists") && !workarounds.mayExist)
    return { ...workarounds, mayExist: true };
  if (isGitHubFailure(error, "drafts_not_supported")) return { ...workarounds, draftsRefused: true };
  if (isGitHubFailure(error, "body_too_long"))
    return { ...workarounds, bodyScale: workarounds.bodyScale / 4 };
  // Nothing but that it has to be looked at once more.
  if (error instanceof OrbError && error.code === "pull_request_edited") return workarounds;
  return null;
}
