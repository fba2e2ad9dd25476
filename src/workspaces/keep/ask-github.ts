/** A question to GitHub about the commits of one repository. */
export interface CommitsQuestion {
  /**
   * `owner/name` from the addresses of the repository's remotes: a claim of the agent, which may write them. `null` if they name none.
   */
  readonly repository: string | null;
  /** It is the workspace's own repository, so a project that names one is right, whatever the remotes say. */
  readonly isOwn: boolean;
  /** Full ids of commits and tags. */
  readonly shas: readonly string[];
  /** Names of branches, without `refs/heads/`, whose pull requests may have recorded a head. */
  readonly branches: readonly string[];
}

export interface CommitsAnswer {
  /** Those that a branch or the recorded head of a pull request leads to: GitHub keeps them. */
  readonly held: ReadonlySet<string>;
  /** Those that GitHub has at all, also where nothing leads to them, or only in a fork. */
  readonly present: ReadonlySet<string>;
  /** Other commits that GitHub keeps: heads of branches and of pull requests. What they contain is safe. */
  readonly heads: readonly string[];
}

/**
 * Asks GitHub. A refusal must be thrown: without an answer, everything is taken for unpushed and the workspace for unreadable.
 *
 * @throws OrbError
 */
export type AskGitHub = (question: CommitsQuestion, signal?: AbortSignal) => Promise<CommitsAnswer>;
