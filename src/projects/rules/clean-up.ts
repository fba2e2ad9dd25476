import type { Cleanup, ProjectFacts } from "../project.ts";
import { lastOutcome, workSince } from "./project-status.ts";

/**
 * When the agents' workspace of a project is due for removal: after its last pull request has ended, plus the time
 * that the repositories ask for. `null` if there is no workspace, if a pull request is open, or if the agents continued
 * after the last one had ended.
 */
export function cleanUp(facts: ProjectFacts): Cleanup | null {
  const outcome = lastOutcome(facts);
  if (!facts.created || !outcome || workSince(facts, outcome.at)) return null;
  const { pullRequests } = facts;
  const kept = pullRequests.flatMap(({ workspaceKeptUntil }) => workspaceKeptUntil ?? []);
  const last = pullRequests.find(({ endedAt }) => endedAt?.getTime() === outcome.at.getTime());
  return {
    dueAt: kept.reduce((latest, until) => (until > latest ? until : latest), outcome.at),
    because: `${last?.url ?? "The pull request"} was ${last?.status ?? outcome.status}`,
  };
}
