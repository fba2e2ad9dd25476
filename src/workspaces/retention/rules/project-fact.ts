import type { ProjectEnd, OutlineFacts, ProjectStatus } from "../../../projects/project.ts";
import type { LivePullRequest } from "../../../pull-requests/record/store.ts";
import type { ProjectFact, PullRequestFact } from "./facts.ts";

/** A project with what its status and its end were derived to be. */
interface KnownProject {
  readonly id: string;
  readonly status: ProjectStatus;
  readonly because: string;
  readonly facts: OutlineFacts;
  readonly end: ProjectEnd | null;
}

/**
 * What the rule needs to know of a project and its pull requests.
 *
 * @param live its records that have not ended. The project knows those that have, and may know an open one before its record does
 */
export function projectFact(
  { id, status, because, facts, end }: KnownProject,
  live: readonly LivePullRequest[],
): ProjectFact {
  const pullRequests = live.map(pullRequestFact);
  const names = new Set(pullRequests.map(({ name }) => name));
  const others = facts.pullRequests.filter(({ url }) => !names.has(url));
  const settled = others.map(({ url, status }) => nothingToDo(url, status));
  const settingsUnread = end !== null && dependsOnSettings(end.cause, facts);
  const userId = facts.created?.value.userId ?? null;
  return { id, userId, status, because, end, settingsUnread, pullRequests: [...pullRequests, ...settled] };
}

function nothingToDo(name: string, state: PullRequestFact["state"]): PullRequestFact {
  return { name, state, checksFailed: false, conflict: false, changesRequested: false };
}

function pullRequestFact({
  repository,
  branch,
  status,
  pullRequest,
  seen,
}: LivePullRequest): PullRequestFact {
  const name = pullRequest?.url ?? `${branch} in ${repository}`;
  const isOpen = status === "open" || seen?.lifecycle === "open" || seen?.lifecycle === "draft";
  if (!isOpen) return nothingToDo(name, status === "queued" ? "waiting" : "none");
  return {
    name,
    state: "open",
    checksFailed: seen?.checks.verdict === "failed",
    conflict: seen?.mergeability.value === "conflicting",
    changesRequested: seen?.review.verdict === "changes_requested",
  };
}

/** Merged and closed pull requests have brought the settings of their repository with them. */
function dependsOnSettings(
  cause: ProjectEnd["cause"],
  { created, repositoryRetention }: Pick<OutlineFacts, "created" | "repositoryRetention">,
): boolean {
  if (cause === "merged" || cause === "closed") return false;
  if (created === null || created.value.retention?.[cause] !== undefined) return false;
  return repositoryRetention === undefined;
}
