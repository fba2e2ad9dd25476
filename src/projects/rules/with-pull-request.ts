import type { ProjectPullRequest } from "../project.ts";

/** Pull requests that a project keeps in mind: enough for its status and its clean-up, and a limit to its document. */
export const PULL_REQUESTS_MAX = 1_000;

/** Adds what is known about a pull request. Beyond the limit, those that ended first are dropped; open ones stay. */
export function withPullRequest(
  known: readonly ProjectPullRequest[],
  fresh: ProjectPullRequest,
): readonly ProjectPullRequest[] {
  const all = [...known.filter(({ id }) => id !== fresh.id), fresh];
  const surplus = all.length - PULL_REQUESTS_MAX;
  if (surplus <= 0) return all;
  const ended = all.filter(({ status }) => status !== "open");
  const endedAt = ({ endedAt: at }: ProjectPullRequest) => at?.getTime() ?? 0;
  const dropped = new Set(ended.toSorted((a, b) => endedAt(a) - endedAt(b)).slice(0, surplus));
  return all.filter((each) => !dropped.has(each));
}
