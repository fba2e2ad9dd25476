import type { RuleFiles } from "../../../github/facts/files/rule-files.ts";

/**
 * Says whose settings apply to a pull request into a base that is not the default branch, as a sentence without a full stop;
 * `null` if the base is the default branch.
 */
export function describeRules(
  { base: files, defaults, defaultBranch }: RuleFiles,
  { base, ownRules }: { readonly base: string; readonly ownRules: boolean },
): string | null {
  if (base === defaultBranch) return null;
  const isOwn = files.settings !== null && files.settings.oid !== defaults.settings?.oid;
  if (!isOwn) return `The settings of ${defaultBranch} apply`;
  return ownRules
    ? `The settings of ${base} apply on top of those of ${defaultBranch}`
    : `The settings of ${defaultBranch} apply. Those of ${base} count only where they are stricter, because baseBranches does not name it in full`;
}
