import { z } from "zod";
import type { App } from "../../src/app.ts";
import { OrbError } from "../../src/errors.ts";
import { pageQuery, readCursor, toPage } from "../../src/http/page.ts";
import type { HttpServer } from "../../src/http/http-server.ts";
import { PULL_REQUEST_STATUSES } from "../../src/pull-requests/record.ts";
import type { StoredPullRequest } from "../../src/pull-requests/store.ts";

const OBJECT_ID = /^[0-9a-f]{24}$/;
const TEXT_CHARACTERS_MAX = 200;
const text = z.string().min(1).max(TEXT_CHARACTERS_MAX).optional();

const listQuery = z.strictObject({
  ...pageQuery,
  status: z.enum(PULL_REQUEST_STATUSES).optional(),
  repository: text,
  project: text,
  q: text,
});

/** `GET /api/v1/pull-requests` and `/pull-requests/{id}`. */
export function pullRequestRoutes(server: HttpServer, { pullRequestStore }: App): void {
  server.get(
    "/api/v1/pull-requests",
    { config: { access: "read" }, schema: { querystring: listQuery } },
    async ({ query: { limit, cursor, ...filter } }) => {
      const before = readCursor(cursor, (id) => OBJECT_ID.test(id));
      const rows = await pullRequestStore.list(filter, { before, limit: limit + 1 });
      return toPage(rows, { limit, idOf: ({ _id }) => String(_id), show: showPullRequest });
    },
  );

  server.get(
    "/api/v1/pull-requests/:id",
    { config: { access: "read" }, schema: { params: z.object({ id: z.string() }) } },
    async ({ params: { id } }) => {
      const record = OBJECT_ID.test(id) ? await pullRequestStore.find(id) : null;
      if (!record) {
        throw new OrbError({
          code: "not_found",
          reason: `There is no pull request with the id ${JSON.stringify(id)}.`,
          remedy: "GET /api/v1/pull-requests lists those that are known; its ids are not GitHub's numbers.",
        });
      }
      const { steps, history, completion } = record;
      return { ...showPullRequest(record), steps, history, completion };
    },
  );
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
    adopted: pullRequest?.adopted ?? false,
    because,
    problem: problem && { ...problem, nextAttemptAt: work.dueAt },
    shortcomings: record.shortcomings,
    completedAt: record.completedAt,
    openedAt: record.openedAt,
    createdAt: record.createdAt,
    updatedAt: record.updatedAt,
  };
}
