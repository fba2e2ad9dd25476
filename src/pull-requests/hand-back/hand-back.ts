import type { Refusal } from "../../errors.ts";
import type { CheckState } from "../../github/facts/branch-rules.ts";
import type { Repository } from "../../github/repository.ts";
import type { Snapshot } from "../../github/facts/snapshot.ts";
import type {
  LifeEvent,
  OrbEvent,
  PullRequestSummary,
  ReportedCheck,
  ReportedReview,
} from "../../outbox/event.ts";
import type { StoredPullRequest } from "../record/store.ts";
import { askOptional, lacking } from "../steps/ask-optional.ts";
import { type Edge, secondsToOutcome } from "./rules/edge.ts";
import type { SeenFailedCheck, SeenReview } from "../record/rules/seen.ts";

/** Failed checks with details. Each costs a few requests; after fixing these the agents see the others. */
const CHECKS_ASKED_MAX = 5;

interface Context {
  readonly record: StoredPullRequest;
  readonly pullRequest: PullRequestSummary;
  readonly snapshot: Snapshot;
  readonly repository: Repository;
  /** Whether to wait for failures that may pass in a moment. */
  readonly patient: boolean;
}

type EdgeOf<Type extends Edge["type"]> = Extract<Edge, { type: Type }>;

/** The event of an edge, with everything that an agent needs to act on it. It names the parts that GitHub refused. */
export async function handBack(edge: Edge, context: Context): Promise<OrbEvent> {
  const { record, pullRequest } = context;
  const about = { pullRequest, because: edge.because };
  switch (edge.type) {
    case "ready":
      return { type: "orb.pull_request.ready", data: about };
    case "checks_passed":
      return { type: "orb.pull_request.checks_passed", data: about };
    case "reopened":
    case "updated":
      return { type: "orb.pull_request.updated", data: { ...about, problems: record.shortcomings } };
    case "conflict_resolved": {
      const { baseSha, headSha } = edge;
      return { type: "orb.pull_request.conflict_resolved", data: { ...about, baseSha, headSha } };
    }
    case "merged":
    case "closed": {
      const { type: outcome, at } = edge;
      const by = edge.type === "merged" ? edge.by : null;
      const secondsSinceCompletion = secondsToOutcome({ completedAt: record.completedAt, outcomeAt: at });
      const data = { ...about, outcome, at, by, secondsSinceCompletion };
      return { type: `orb.pull_request.${outcome}`, data };
    }
    case "approved": {
      const review = reportReview(edge.review, context);
      return { type: "orb.pull_request.approved", data: { ...about, review, verdict: edge.verdict } };
    }
    case "changes_requested":
      return changesRequested(edge, about, context);
    case "checks_failed":
      return checksFailed(edge, about, context);
    case "conflict":
      return conflict(edge, about, context);
    default:
      return edge satisfies never;
  }
}

type About = Pick<LifeEvent["data"], "pullRequest" | "because">;

async function changesRequested(
  edge: EdgeOf<"changes_requested">,
  about: About,
  context: Context,
): Promise<LifeEvent> {
  const { repository, pullRequest, patient } = context;
  const asked = await askOptional(() => repository.reviewComments(pullRequest.number, edge.review.id), {
    patient,
  });
  const cut: Refusal[] = asked.answer?.truncated ? [MORE_COMMENTS] : [];
  const data = {
    ...about,
    review: reportReview(edge.review, context),
    comments: asked.answer?.comments ?? [],
    incomplete: [...lacking("comments", asked.refusal), ...cut],
  };
  return { type: "orb.pull_request.changes_requested", data };
}

const MORE_COMMENTS: Refusal = {
  code: "comments_truncated",
  reason: "The review has more comments than this event lists.",
  remedy: "Read the others on the page of the review.",
};

function reportReview({ id, author, url, submittedAt }: SeenReview, { snapshot }: Context): ReportedReview {
  const now = snapshot.reviews.find((review) => review.id === id);
  return { id, author, url, submittedAt, body: now?.body ?? null, commitSha: now?.commitSha ?? null };
}

async function checksFailed(
  edge: EdgeOf<"checks_failed">,
  about: About,
  { repository, snapshot, patient }: Context,
): Promise<LifeEvent> {
  const asked = edge.failed.slice(0, CHECKS_ASKED_MAX);
  const told = [];
  for (const check of asked) told.push(await reportCheck(check, { repository, snapshot, patient }));
  const others = edge.failed.slice(CHECKS_ASKED_MAX).map((check) => ({
    check: knownOf(check, snapshot.checks.states),
    refused: [],
  }));
  const all = [...told, ...others];
  const data = {
    ...about,
    checks: all.map(({ check }) => check),
    pending: edge.pending,
    incomplete: distinct(all.flatMap(({ refused }) => refused)),
  };
  return { type: "orb.pull_request.checks_failed", data };
}

async function reportCheck(
  failed: SeenFailedCheck,
  { repository, snapshot, patient }: Pick<Context, "repository" | "snapshot" | "patient">,
): Promise<{ check: ReportedCheck; refused: readonly Refusal[] }> {
  const known = knownOf(failed, snapshot.checks.states);
  const { id } = failed;
  if (id === null) return { check: known, refused: [] };
  const { answer, refusal } = await askOptional(() => repository.failedCheck(id), { patient });
  if (!answer) return { check: known, refused: lacking("check", refusal) };
  const { name, conclusion, title, summary, annotations, logTail, detailsUrl, refused } = answer;
  const check = { ...known, name, conclusion, title, summary, annotations, logTail };
  return { check: { ...check, url: detailsUrl ?? known.url }, refused };
}

/** The snapshot has all of a commit status. A check run has more. */
function knownOf(
  { id, name, conclusion, url, required }: SeenFailedCheck,
  states: readonly CheckState[],
): ReportedCheck {
  const description = states.find((state) => state.id === id && state.name === name)?.description ?? null;
  const nothing = { summary: null, annotations: [], logTail: null };
  return { name, conclusion, url, required, title: description, ...nothing };
}

async function conflict(
  edge: EdgeOf<"conflict">,
  about: About,
  { repository, patient }: Context,
): Promise<LifeEvent> {
  const { baseSha, headSha } = edge;
  const { answer, refusal } = await askOptional(() => repository.conflict(baseSha, headSha), { patient });
  const data = {
    ...about,
    baseSha,
    headSha,
    mergeBaseSha: answer?.mergeBaseSha ?? null,
    files: answer?.files ?? [],
    filesTruncated: answer?.filesTruncated ?? true,
    causedBy: answer?.causedBy ?? null,
    incomplete: lacking("files", refusal),
  };
  return { type: "orb.pull_request.conflict", data };
}

function distinct(refusals: readonly Refusal[]): Refusal[] {
  return [...new Map(refusals.map((refusal) => [refusal.code, refusal])).values()];
}
