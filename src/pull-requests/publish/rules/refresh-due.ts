import type { Sibling } from "../../../descriptions/rules/description-facts.ts";
import type { Completion } from "../../../signals/signal.ts";
import type { Described } from "../../record/rules/described.ts";
import { type ChecksVerdict, shortSha } from "../../record/rules/seen.ts";

/** What a description was or would be written for. */
export type DescribedFor = Omit<Described, "tried">;

/**
 * What a description would be written for now.
 *
 * A verdict on checks stands for the checks themselves: a commit with fifty of them would else be described fifty
 * times, and its description be true for a second each.
 *
 * @param checks `null` where the description says nothing of them
 */
export function describedAs({
  headSha,
  base,
  checks,
  siblings,
  conflicting,
}: {
  readonly headSha: string;
  readonly base: string;
  readonly checks: ChecksVerdict | null;
  readonly siblings: readonly Sibling[];
  readonly conflicting: boolean;
}): DescribedFor {
  const [said, others] = [checks && decided(checks), JSON.stringify(siblings)];
  return { headSha, base, checks: said, siblings: others, conflicting };
}

/** Whether a description says what the checks on its head say: of agents' claims, or because the base asks for some. */
export function dependsOnChecks(
  { claims = [] }: Pick<Completion, "claims">,
  requiredChecks: readonly string[],
): boolean {
  return claims.length + requiredChecks.length > 0;
}

function decided(verdict: ChecksVerdict): Described["checks"] {
  return verdict === "passed" || verdict === "failed" ? verdict : "undecided";
}

/** Why a description is to be written anew; `null` where it is true. */
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
  return null;
}

/** The box below a section that a person edited, as `rewrite-box` writes it, ticked. */
const TICKED = /^\s{0,3}[-*+] \[[xX]\] <!-- orb:rewrite:/m;
