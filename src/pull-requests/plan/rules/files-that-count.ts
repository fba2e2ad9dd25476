import type { BaseFiles } from "../../../github/facts/files/base-files.ts";
import type { RuleFiles } from "../../../github/facts/files/rule-files.ts";

/**
 * The files that apply to a pull request: those of its base if the base may have rules of its own, else those of the default
 * branch. CODEOWNERS is always the base's, because GitHub itself reads it there,
 * https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners.
 */
export function filesThatCount({ base, defaults }: RuleFiles, ownRules: boolean): BaseFiles {
  if (ownRules) return base;
  return {
    ...defaults,
    codeOwners: base.codeOwners,
    unread: [...defaults.unread.filter(isOther), ...base.unread.filter((file) => !isOther(file))],
  };
}

function isOther({ path }: { readonly path: string }): boolean {
  return !/(?:^|\/)CODEOWNERS$/.test(path);
}
