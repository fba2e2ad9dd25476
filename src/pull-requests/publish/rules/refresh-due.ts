import { siblingsShown } from "../../../descriptions/rules/describe/describe-siblings.ts";
import type { Sibling } from "../../../descriptions/rules/description-facts.ts";
import type { Completion } from "../../../signals/signal.ts";
import type { Described } from "../../record/rules/described.ts";
import type { ChecksVerdict } from "../../record/rules/seen.ts";
import { shortSha } from "../../../text/short-sha.ts";

/** The facts for which a description was or would be written. */
export type DescribedFor = Omit<Described, "tried">;

/**
 * The facts for which a description would be written now.
 *
 * The verdict on all checks stands for the single checks: otherwise a commit with fifty checks would be described fifty
 * times, each time for a second.
 *
 * @param checks `null` if the description does not mention checks
 */
export function describedAs({
  headSha,
  base,
  checks,
  siblings,
  conflicting,
  change,
}: {
  readonly headSha: string;
  readonly base: string;
  readonly checks: ChecksVerdict | null;
  readonly siblings: readonly Sibling[];
  readonly conflicting: boolean;
  readonly change: string | null;
}): DescribedFor {
  const [said, others] = [checks && decided(checks), siblingsShown(siblings)];
  return { headSha, base, checks: said, siblings: others, conflicting, change };
}

/** Whether a description mentions checks: because of agents' claims, or because the base requires some. */
export function dependsOnChecks(
  { claims = [] }: Pick<Completion, "claims">,
  requiredChecks: readonly string[],
): boolean {
  return claims.length + requiredChecks.length > 0;
}

function decided(verdict: ChecksVerdict): Described["checks"] {
  return verdict === "passed" || verdict === "failed" ? verdict : "undecided";
}

/** Why a description must be written again; `null` if it is up to date. */
export function refreshDue(
  before: DescribedFor,
  now: DescribedFor,
  { body, asked }: { readonly body: string; readonly asked: boolean },
): string | null {
  if (asked) return "Somebody asked for it";
  if (before.headSha !== now.headSha) return `The head is now ${shortSha(now.headSha)}`;
  if (before.base !== now.base) return `The base is now ${now.base}`;
  if (TICKED.test(body)) return "Somebody ticked a box to regenerate a section";
  if (before.checks !== now.checks) return "The result of its checks changed";
  if (before.siblings !== now.siblings) return "Another pull request of its change set changed";
  if (before.conflicting !== now.conflicting) return "Its mergeability changed";
  if ((before.change ?? null) !== (now.change ?? null)) return "The repository or its rules changed";
  return null;
}

/** The ticked box below a section that a person edited. `rewrite-box` writes it unticked. */
const TICKED = /^\s{0,3}[-*+] \[[xX]\] <!-- orb:rewrite:/m;
