// Jobs of GitHub Actions, with their logs only.

import { notFound } from "../github-error.ts";
import {
  inPublic,
  inRepository,
  numberParam,
  type ApiRequest,
  type Reply,
  type Route,
} from "../http/route.ts";
import type { CheckRun } from "../state.ts";

export const actionRoutes: readonly Route[] = [
  inRepository("GET /repos/{owner}/{repo}/actions/jobs/{job_id}/logs", (request) => {
    const id = numberParam(request, "job_id");
    const job = request.repository.checkRuns.find((run) => run.id === id);
    if (!job || job.log === null) throw notFound();
    return { status: 302, headers: { location: `${request.world.origin}/storage/logs/${id}` } };
  }),
  // GitHub redirects to storage elsewhere, where the URL alone gives access.
  { ...inPublic("GET /storage/logs/{job_id}", readLog), undescribed: true },
];

function readLog(request: ApiRequest): Reply {
  const id = numberParam(request, "job_id");
  const log = runs(request).find((run) => run.id === id)?.log ?? null;
  if (log === null) throw notFound();
  return { status: 200, content: { type: "text/plain; charset=utf-8", bytes: log } };
}

function runs({ world }: ApiRequest): CheckRun[] {
  return [...world.state.repositories.values()].flatMap(({ checkRuns }) => checkRuns);
}
