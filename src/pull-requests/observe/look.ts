import { OrbError } from "../../errors.ts";
import { OWN_CHECK } from "../../github/deeds/check-runs.ts";
import type { Repository } from "../../github/repository.ts";
import type { RepositoryIdentity } from "../../github/facts/repository-facts.ts";
import type { Snapshot } from "../../github/facts/snapshot.ts";
import type { OrbEvent, PullRequestSummary } from "../../outbox/event.ts";
import { handBack } from "../hand-back/hand-back.ts";
import type { WrittenPullRequest } from "../record/record.ts";
import type { Edge, Happening } from "../hand-back/rules/edge.ts";
import { observe } from "./rules/observe.ts";
import type { Seen } from "../record/rules/seen.ts";
import type { StoredPullRequest } from "../record/store.ts";

/** An edge and its event. */
export interface ToldEdge {
  readonly edge: Edge;
  readonly event: OrbEvent;
}

/** The result of a look at a pull request. Nothing of it is stored or published yet. */
export interface Look {
  readonly snapshot: Snapshot;
  /** When GitHub was asked. */
  readonly askedAt: Date;
  /** GitHub's answer is older than the known state, so there is nothing to do. */
  readonly isOlder: boolean;
  readonly seen: Seen;
  readonly told: readonly ToldEdge[];
  readonly history: readonly Happening[];
}

interface Context {
  readonly repository: Repository;
  readonly now: () => Date;
  readonly patient: boolean;
  /** Is told in which repository GitHub found it, before anything is concluded from the answer. */
  readonly confirm: (told: RepositoryIdentity) => Promise<void>;
}

/**
 * Reads the state of a pull request from GitHub in one request, and finds out what to report.
 *
 * @throws OrbError if GitHub can't be asked now, the pull request is missing or a different one, or what `confirm` throws
 */
export async function look(
  record: StoredPullRequest,
  pullRequest: WrittenPullRequest,
  { repository, now, patient, confirm }: Context,
): Promise<Look> {
  const { seen: before, baseMoved, requiredChecks, described } = record;
  const askedAt = now();
  const snapshot = await repository.snapshot(pullRequest.number);
  if (snapshot.repository) await confirm(snapshot.repository);
  if (snapshot.headRef !== record.branch) throw replaced(record, snapshot);
  const isNews = baseMoved !== null && (before === null || baseMoved.at > before.askedAt);
  const { seen, edges, history } = observe(before, snapshot, {
    now: now(),
    askedAt,
    baseMovedBy: isNews ? { sha: baseMoved.sha, pullRequest: baseMoved.pullRequest } : null,
    // The write of a dead process was not reported.
    written: described ? { ...pullRequest, headSha: described.headSha, base: described.base } : pullRequest,
    // Without the bot's own check: a snapshot does not contain it, and the bot would wait for it for ever.
    requiredChecks: requiredChecks?.filter((name) => name !== OWN_CHECK) ?? null,
  });
  const told: ToldEdge[] = [];
  const context = {
    record,
    pullRequest: summarise(record, pullRequest, seen),
    snapshot,
    repository,
    patient,
  };
  for (const edge of edges) told.push({ edge, event: await handBack(edge, context) });
  return { snapshot, askedAt, isOlder: seen.askedAt.getTime() !== askedAt.getTime(), seen, told, history };
}

/** A deleted repository may be created again and counts from 1, but a pull request never changes its head branch. */
function replaced({ repository, branch }: StoredPullRequest, { headRef, pullRequest }: Snapshot): OrbError {
  return new OrbError({
    code: "pull_request_replaced",
    reason: `#${pullRequest.number} of ${repository} comes from ${headRef}, not from ${branch}, so it is not the bot's pull request.`,
    remedy: "Leave that pull request as it is. Signal completion for a branch that exists.",
  });
}

/** A pull request as events name it, with the state of the last look if there was one. */
export function summarise(
  { _id, repository, branch }: StoredPullRequest,
  { number, url, title, draft, labels, headSha }: WrittenPullRequest,
  seen: Seen | null = null,
): PullRequestSummary {
  const now = seen && {
    title: seen.title,
    labels: seen.labels,
    headSha: seen.headSha,
    draft: seen.lifecycle === "draft",
  };
  return { id: String(_id), repository, branch, number, url, title, draft, labels, headSha, ...now };
}
