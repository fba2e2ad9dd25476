import { OrbError } from "../../errors.ts";
import type { GitHub } from "../../github/github.ts";
import type { AskGitHub, CommitsAnswer } from "../keep/ask-github.ts";

/** Nobody can say which repository it belongs to, so nothing in it is known to be anywhere else. */
const NOWHERE: CommitsAnswer = { held: new Set(), present: new Set(), heads: [] };

/**
 * Asks GitHub which commits it keeps: in the repository of the workspace's project, or in the one that a remote names if there is
 * no project, or if it is a repository inside the workspace.
 *
 * @param own `owner/name` of the project; `null` for an orphan
 */
export function askGitHubFor(own: string | null, github: Pick<GitHub, "repository">): AskGitHub {
  return async ({ repository, isOwn, shas, branches }) => {
    const fullName = isOwn ? (own ?? repository) : repository;
    if (fullName === null) return NOWHERE;
    try {
      // What was found out a moment ago may be outdated.
      const access = await github.repository(fullName, { fresh: true });
      return await access.keptCommits({ shas, branches });
    } catch (error) {
      // An orphan may come from anywhere, as from a repository without the App: it is no fault that GitHub says nothing.
      const isFromElsewhere = error instanceof OrbError && error.code === "app_not_installed";
      if (isOwn && own === null && isFromElsewhere) return NOWHERE;
      throw error;
    }
  };
}
