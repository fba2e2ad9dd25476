// The remaining rate limits; asking is free.

import type { RateLimits } from "../http/rate-limits.ts";
import { inPublic, ok, type Route } from "../http/route.ts";

export function rateLimitRoutes(limits: RateLimits): readonly Route[] {
  return [
    inPublic("GET /rate_limit", ({ caller }) => {
      const core = limits.overview(caller, "core");
      const graphql = limits.overview(caller, "graphql");
      return ok({ resources: { core, graphql, search: core }, rate: core });
    }),
  ];
}
