import { OrbError } from "../../src/errors.ts";
import { isObjectId, readCursor, toPage } from "../../src/http/page.ts";
import type { HttpServer } from "../../src/http/http-server.ts";
import { withQueuePlaces } from "../../src/pull-requests/record/queue-positions.ts";
import type { PullRequestStore, StoredPullRequest } from "../../src/pull-requests/record/store.ts";
import type { PullRequestParts } from "../../src/pull-requests/subject.ts";
import { GET, LIST, PREVIEW_COMPLETION, PREVIEW_RECORD } from "./schemas/pull-request-schemas.ts";

/** A preview asks GitHub many times, each time for up to a quarter of a minute. */
const PREVIEW = {
  access: "write",
  isQuestion: true,
  needs: ["mongodb", "github"],
  answerWithinMs: 120_000,
} as const;

/** `/api/v1/pull-requests`: the pull requests of completions, and previews of them. */
export function pullRequestRoutes(server: HttpServer, parts: PullRequestParts): void {
  pullRequestQuestions(server, parts);
  previews(server, parts);
}

/** The routes that read what is stored, and ask nobody else. */
export function pullRequestQuestions(
  server: HttpServer,
  { pullRequestStore }: Pick<PullRequestParts, "pullRequestStore">,
): void {
  server.get(
    "/api/v1/pull-requests",
    { config: { access: "read" }, schema: LIST },
    async ({ query: { limit, cursor, ...filter } }) => {
      const before = readCursor(cursor, isObjectId);
      const rows = await pullRequestStore.list(filter, { before, limit: limit + 1 });
      return toPage(await withQueuePlaces(rows, pullRequestStore), {
        limit,
        idOf: ({ _id }) => String(_id),
        show: showPullRequest,
      });
    },
  );

  server.get(
    "/api/v1/pull-requests/:id",
    { config: { access: "read" }, schema: GET },
    async ({ params: { id } }) => {
      const known = await knownPullRequest(pullRequestStore, id);
      const [record = known] = await withQueuePlaces([known], pullRequestStore);
      const { steps, history, completion } = record;
      return { ...showPullRequest(record), ...showLife(record), steps, history, completion };
    },
  );
}

/** Previews: what the bot would do with a completion that was signalled, or with one that was not signalled yet. */
function previews(server: HttpServer, { pullRequestStore, previewer, now }: PullRequestParts): void {
  server.post(
    "/api/v1/pull-requests/preview",
    { config: PREVIEW, schema: PREVIEW_COMPLETION },
    async ({ body }) => previewer.ofCompletion(body, now()),
  );

  server.post(
    "/api/v1/pull-requests/:id/preview",
    { config: PREVIEW, schema: PREVIEW_RECORD },
    async ({ params: { id } }) => previewer.ofRecord(await knownPullRequest(pullRequestStore, id)),
  );
}

/** @throws OrbError `not_found` */
export async function knownPullRequest(store: PullRequestStore, id: string): Promise<StoredPullRequest> {
  const record = isObjectId(id) ? await store.find(id) : null;
  if (record) return record;
  throw new OrbError({
    code: "not_found",
    reason: `No pull request has the id ${JSON.stringify(id)}.`,
    remedy: "GET /api/v1/pull-requests lists the known ones. Their ids are not GitHub's numbers.",
  });
}

export function showPullRequest(record: StoredPullRequest) {
  const { project, repository, branch, status, pullRequest, because, problem, work } = record;
  return {
    id: String(record._id),
    project,
    repository,
    branch,
    status,
    number: pullRequest?.number ?? null,
    url: pullRequest?.url ?? null,
    title: pullRequest?.title ?? null,
    base: pullRequest?.base ?? null,
    headSha: pullRequest?.headSha ?? null,
    draft: pullRequest?.draft ?? null,
    labels: pullRequest?.labels ?? [],
    reviewersAsked: pullRequest?.reviewersAsked ?? [],
    adopted: pullRequest?.adopted ?? false,
    because,
    problem: problem && { ...problem, nextAttemptAt: work.dueAt },
    queuePosition: record.queuePosition,
    shortcomings: record.shortcomings,
    checks: record.seen?.checks.verdict ?? null,
    review: record.seen?.review.verdict ?? null,
    mergeable: record.seen?.mergeability.value ?? null,
    completedAt: record.completedAt,
    openedAt: record.openedAt,
    createdAt: record.createdAt,
    updatedAt: record.updatedAt,
  };
}

/** The state at the last look. It is too much for a list. */
function showLife({ seen, hold, work, branchEnd }: StoredPullRequest) {
  return {
    hold,
    nextLookAt: work.dueAt,
    branchEnd,
    seen: seen && {
      at: seen.askedAt,
      lifecycle: seen.lifecycle,
      headExists: seen.headExists,
      baseSha: seen.baseSha,
      mergedAt: seen.mergedAt,
      mergedBy: seen.mergedBy,
      closedAt: seen.closedAt,
      checks: seen.checks,
      review: seen.review,
      mergeability: showMergeability(seen.mergeability),
    },
  };
}

function showMergeability({
  value,
  stale,
  cause,
  conflict,
}: NonNullable<StoredPullRequest["seen"]>["mergeability"]) {
  return { value, stale, cause, conflictSince: conflict?.since ?? null };
}
