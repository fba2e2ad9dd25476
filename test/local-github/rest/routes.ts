// All REST routes that the local GitHub supports.

import type { RateLimits } from "../http/rate-limits.ts";
import type { Route } from "../http/route.ts";
import { actionRoutes } from "./actions.ts";
import { appRoutes } from "./apps.ts";
import { checkRoutes } from "./checks.ts";
import { commentRoutes } from "./comments.ts";
import { commitRoutes } from "./commits.ts";
import { contentRoutes } from "./contents.ts";
import { issueRoutes } from "./issues.ts";
import { labelRoutes } from "./labels.ts";
import { membershipRoutes } from "./memberships.ts";
import { mergeRoutes } from "./merges.ts";
import { protectionRoutes } from "./protection.ts";
import { pullRoutes } from "./pulls.ts";
import { rateLimitRoutes } from "./rate-limit.ts";
import { refRoutes } from "./refs.ts";
import { repositoryRoutes } from "./repositories.ts";
import { reviewRoutes } from "./reviews.ts";
import { statusRoutes } from "./statuses.ts";
import { userRoutes } from "./users.ts";

export function restRoutes(limits: RateLimits): readonly Route[] {
  return [
    ...appRoutes,
    ...repositoryRoutes,
    ...refRoutes,
    ...commitRoutes,
    ...contentRoutes,
    ...labelRoutes,
    ...issueRoutes,
    ...commentRoutes,
    ...pullRoutes,
    ...mergeRoutes,
    ...reviewRoutes,
    ...checkRoutes,
    ...actionRoutes,
    ...statusRoutes,
    ...protectionRoutes,
    ...userRoutes,
    ...membershipRoutes,
    ...rateLimitRoutes(limits),
  ];
}
