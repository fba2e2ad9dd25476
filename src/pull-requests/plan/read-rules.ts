import type { BaseFiles } from "../../github/facts/files/base-files.ts";
import type { Repository } from "../../github/repository.ts";
import type { InForce, ReadOptions, SettingsInForce } from "../../repository-settings/in-force.ts";
import { describeRules } from "./rules/describe-rules.ts";
import { filesThatCount } from "./rules/files-that-count.ts";

/** The rules for pull requests into a base. */
export interface Rules {
  readonly inForce: InForce;
  readonly baseFiles: BaseFiles;
  /** Whose settings apply, as a sentence without a full stop; `null` if the base is the default branch. */
  readonly because: string | null;
}

/**
 * Reads the rules for pull requests into a base: the settings in force, and the files that count.
 *
 * @param baseSha the commit of `base`
 */
export async function readRules(
  { fullName, base, baseSha }: { readonly fullName: string; readonly base: string; readonly baseSha: string },
  { repository, settings }: { readonly repository: Repository; readonly settings: SettingsInForce },
  options: ReadOptions,
): Promise<Rules> {
  const [files, ownerFile] = await Promise.all([
    repository.ruleFiles({ base, baseSha }),
    repository.ownerSettings(),
  ]);
  const { defaultBranch } = files;
  const inForce = await settings.of(
    { fullName, base, defaultBranch },
    { ownerFile, repositoryFile: files.defaults.settings, baseFile: files.base.settings },
    options,
  );
  const { ownRules } = inForce;
  return {
    inForce,
    baseFiles: filesThatCount(files, ownRules),
    because: describeRules(files, { base, ownRules }),
  };
}
