import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { PullRequest, Repository } from "../../test/local-github/state.ts";

/** The state of an open pull request. */
export interface Standing {
  readonly checks: "none" | "pending" | "passed" | "failed";
  readonly review: "none" | "approved" | "changes_requested";
  readonly mergeable: "mergeable" | "conflicting";
  /** The commit of its base. */
  readonly baseSha: string;
}

const run = promisify(execFile);
/** GitHub counts these as a success: https://docs.github.com/en/pull-requests/collaborating-with-pull-requests/collaborating-on-repositories-with-code-quality-features/about-status-checks */
const GOOD: ReadonlySet<string> = new Set(["success", "neutral", "skipped"]);

/**
 * Read from the local GitHub's state and from git itself, without its answers and without the bot's rules. The
 * base requires no reviews and no checks.
 */
export async function standingOf(
  repository: Repository,
  pullRequest: PullRequest,
  botAppId: number,
): Promise<Standing> {
  const { headSha, baseRef } = pullRequest;
  const { stdout } = await git(repository, "rev-parse", `refs/heads/${baseRef}`);
  const baseSha = stdout.trim();
  return {
    checks: checksOn(repository, headSha, botAppId),
    review: reviewOf(pullRequest),
    mergeable: (await isClean(repository, baseSha, headSha)) ? "mergeable" : "conflicting",
    baseSha,
  };
}

function checksOn({ checkRuns, statuses }: Repository, sha: string, botAppId: number): Standing["checks"] {
  const runs = checkRuns
    .filter(({ headSha, appId }) => headSha === sha && appId !== botAppId)
    .map(({ appId, name, conclusion }) => [`run ${appId} ${name}`, conclusion ?? "pending"] as const);
  const said = statuses
    .filter((status) => status.sha === sha)
    .map(({ context, state }) => [`status ${context}`, state] as const);
  // Both are stored in the order of their creation: the last one with a name counts.
  const latest = new Map<string, string>([...runs, ...said]);
  const conclusions = new Set(latest.values());
  if (conclusions.size === 0) return "none";
  if (conclusions.has("pending")) return "pending";
  return [...conclusions].every((conclusion) => GOOD.has(conclusion)) ? "passed" : "failed";
}

function reviewOf({ reviews }: PullRequest): Standing["review"] {
  const opinions = reviews.filter(({ state }) => state !== "COMMENTED");
  const latest = new Map(opinions.map(({ author, state }) => [author.login, state]));
  const standing = new Set(latest.values());
  if (standing.has("CHANGES_REQUESTED")) return "changes_requested";
  return standing.has("APPROVED") ? "approved" : "none";
}

async function isClean(repository: Repository, baseSha: string, headSha: string): Promise<boolean> {
  try {
    await git(repository, "merge-tree", "--write-tree", baseSha, headSha);
    return true;
  } catch (error) {
    if ((error as { code?: unknown }).code === 1) return false; // the exit code for conflicts, and for nothing else
    throw error;
  }
}

function git({ gitDir }: Repository, ...args: readonly string[]) {
  return run("git", ["--git-dir", gitDir, ...args]);
}
