import { z } from "zod";
import type { PullRequestParts } from "../../src/pull-requests/subject.ts";
import type { DeliveryHandler } from "../../src/deliveries/delivery.ts";
import { action, handlerOf, ignored, nudge, repository } from "./payload.ts";

// A ruleset of an organization names no repository.
const payload = z.object({ action, repository: repository.nullish() });

/**
 * `repository_ruleset` and `branch_protection_rule`: the requirements of a merge have changed. Only GitHub knows which branches
 * match the pattern of a rule, so all pull requests of the repository get a look. GitHub sends these events only to an App
 * with `administration: read`, which app.yml does not ask for.
 */
export function branchRules(parts: PullRequestParts): DeliveryHandler {
  return handlerOf(payload, async ({ action, repository }, context) => {
    if (!repository) return ignored("The rule is an organization's, and is read with the next look");
    const where = { repository: repository.full_name };
    return nudge(parts, { where, about: `a rule of ${where.repository} was ${action}` }, context);
  });
}
