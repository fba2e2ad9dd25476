import type { Refusal } from "../../errors.ts";
import type { Repository } from "../../github/repository.ts";
import { compose, type ComposeDeps } from "./compose.ts";
import { type GatherDeps, type Gathered, gatherFacts } from "./gather-facts.ts";
import type { Workarounds } from "./workarounds.ts";
import type { PublishRequest } from "./publish-request.ts";
import { decidePublish, type PublishFacts, type PublishPlan } from "./rules/decide-publish.ts";
import { refusePublish } from "./rules/refuse-publish.ts";

export type PlanDeps = GatherDeps & ComposeDeps;

/** What to do about a pull request, or why nothing may be done. */
export type Planned =
  | { readonly refusal: Refusal; readonly gathered: Gathered }
  | {
      readonly refusal: null;
      readonly gathered: Gathered;
      readonly facts: PublishFacts;
      readonly plan: PublishPlan;
    };

/** Decides about a pull request and changes nothing: publishing carries the plan out, a preview shows it. */
export async function planPublish(
  request: PublishRequest,
  repository: Repository,
  workarounds: Workarounds,
  deps: PlanDeps,
): Promise<Planned> {
  const gathered = await gatherFacts(request, repository, workarounds, deps);
  const refusal = refusePublish(gathered);
  if (refusal) return { refusal, gathered };
  const facts = await compose(request, gathered, { repository, workarounds, deps });
  return { refusal: null, gathered, facts, plan: decidePublish(facts) };
}
