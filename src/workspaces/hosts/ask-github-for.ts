import type { GitHub } from "../../github/github.ts";
import type { AskGitHub, CommitsAnswer } from "../keep/ask-github.ts";

/** Nobody can say which repository it belongs to, so nothing in it is known to be anywhere else. */
const NOWHERE: CommitsAnswer = { held: new Set(), present: new Set(), heads: [] };

/**
 * Asks GitHub which commits it keeps, in the repository of the workspace's project or in the one that a remote names.
 *
 * @param repository `owner/name` of the project; `null` for an orphan
 */
export function askGitHubFor(repository: string | null, github: Pick<GitHub, "repository">): AskGitHub {
  return async ({ repository: named, shas, branches }) => {
    const fullName = named ?? repository;
    if (fullName === null) return NOWHERE;
    const access = await github.repository(fullName);
    return access.keptCommits({ shas, branches });
  };
}
