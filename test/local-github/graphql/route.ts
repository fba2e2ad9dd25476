import { GitHubError } from "../github-error.ts";
import type { RateLimits } from "../http/rate-limits.ts";
import type { RequestLog } from "../http/request-log.ts";
import { inPublic, ok, type Route } from "../http/route.ts";
import type { Violations } from "../http/violations.ts";
import { answerGraphQL } from "./answer.ts";
import { pullRequestFields } from "./types/pull-request.ts";
import { repositoryFields } from "./types/repository.ts";

/** A request that GitHub's schema refuses becomes a violation, as with REST. */
export function graphqlRoute(
  rateLimits: RateLimits,
  requests: RequestLog,
  violations: Violations | null,
): Route {
  const route = inPublic("POST /graphql", async ({ world, caller, body }) => {
    if (caller.kind === "anonymous") {
      throw new GitHubError(401, "This endpoint requires you to be authenticated.");
    }
    const show = { repository: repositoryFields, pullRequest: pullRequestFields };
    const context = { world, caller, rateLimits, show, observed: new Map() };
    const { query } = (body ?? {}) as { query?: unknown };
    if (typeof query === "string") requests.addDocument(query);
    const answer = await answerGraphQL(context, body);
    for (const violation of answer.violations) violations?.record(`POST /graphql: ${violation}`);
    return ok(answer.json);
  });
  return { ...route, undescribed: true };
}
