// The remaining rate limits; asking is free.

import type { RateLimits } from "../http/rate-limits.ts";
import { ok, type Route } from "../http/route.ts";

export function rateLimitRoutes(limits: RateLimits): readonly Route[] {
  return [
    {
      method: "GET",
      template: "/rate_limit",
      access: "public",
      handle: ({ caller }) => {
        const core = limits.overview(caller, "core");
        const graphql = limits.overview(caller, "graphql");
        return ok({ resources: { core, graphql, search: core }, rate: core });
      },
    },
  ];
}
