import type { GitHub } from "../../github/github.ts";
import type { AskGitHub } from "./ask-github.ts";

/** A project's own repository, and where its work is there. */
export interface OwnRepository {
  /** `owner/name`, as the project names it. */
  readonly fullName: string;
  /** Branches of its pull requests, which may have other names in the workspace, or none any more. */
  readonly branches: readonly string[];
}

/** Asks GitHub through the App's installations, never from a cache. */
export function askThrough(github: Pick<GitHub, "repository">, own: OwnRepository): AskGitHub {
  return async ({ repository, shas, branches }) => {
    const remote = await github.repository(repository ?? own.fullName, { fresh: true });
    const names = repository === null ? new Set([...own.branches, ...branches]) : branches;
    return remote.keptCommits({ shas, branches: [...names] });
  };
}
