import type { GitHost } from "../git/safe-git.ts";
import type { AskGitHub } from "./ask-github.ts";
import type { Baseline } from "./baseline.ts";
import type { Borrowers } from "./borrowers.ts";

/** What an inspection needs besides the workspace. */
export interface InspectDeps {
  /** From the creation of the workspace; `null` if there is none: then nothing counts as carried in. */
  readonly baseline: Baseline | null;
  readonly askGitHub: AskGitHub;
  /** The other workspaces of this host that need its objects. */
  readonly borrowers: Borrowers;
  readonly now: () => Date;
  readonly host?: GitHost | undefined;
  readonly signal?: AbortSignal | undefined;
}
