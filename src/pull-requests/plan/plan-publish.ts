import { OrbError, type Refusal } from "../../errors.ts";
import type { RepositoryFacts } from "../../github/facts/repository-facts.ts";
import type { Repository } from "../../github/repository.ts";
import { askRefusal } from "./ask-refusal.ts";
import { compose, type ComposeDeps } from "./compose.ts";
import { type GatherDeps, type Gathered, gatherFacts } from "./gather-facts.ts";
import type { Workarounds } from "./workarounds.ts";
import type { PublishRequest } from "./publish-request.ts";
import { decidePublish, type PublishFacts, type PublishPlan } from "./rules/decide-publish.ts";
import { recheckMs } from "../record/rules/recheck.ts";
import { ENDED_BY } from "../record/rules/what-ends-a-wait.ts";

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
  const { refusal, gathered } = await judge(request, repository, workarounds, deps);
  if (refusal) return { refusal, gathered };
  const facts = await compose(request, gathered, { repository, workarounds, deps });
  return { refusal: null, gathered, facts, plan: decidePublish(facts) };
}

/** Lasting refusals that may be wrong if the repository has another default branch. The others are checked again soon. */
const OF_THE_BASE: ReadonlySet<string> = new Set(
  ENDED_BY.default_branch_changed.filter((code) => recheckMs(code) === null),
);

interface Judged {
  readonly gathered: Gathered;
  readonly refusal: Refusal | null;
}

/** Nothing is refused for a default branch that the repository no longer has. */
async function judge(
  request: PublishRequest,
  repository: Repository,
  { mayExist }: Workarounds,
  deps: PlanDeps,
): Promise<Judged> {
  const known = await repository.facts();
  const judgeBy = async (facts: RepositoryFacts): Promise<Judged> => {
    const gathered = await gatherFacts(request, { repository, facts, mayExist }, deps);
    return { gathered, refusal: await askRefusal(gathered, deps.apart) };
  };
  const judged = judgeBy(known);
  const refusal = await judged.then(
    ({ refusal }) => refusal,
    (error: unknown) => (error instanceof OrbError ? error : null),
  );
  if (refusal && OF_THE_BASE.has(refusal.code) && request.completion.base === undefined) {
    const facts = await repository.factsNow();
    if (facts.defaultBranch !== known.defaultBranch) return judgeBy(facts);
  }
  return judged;
}
