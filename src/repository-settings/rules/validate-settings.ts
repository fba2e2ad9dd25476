import type { SettingsProblem } from "../problem.ts";
import type { RepositorySettings } from "../settings.ts";
import { mergeSettings } from "./merge-settings.ts";
import { readSettings } from "./read-settings.ts";

export interface Validated {
  readonly valid: boolean;
  readonly problems: readonly SettingsProblem[];
  readonly settings: RepositorySettings | null;
}

/**
 * Checks settings files as if nothing had been in force before them.
 *
 * @param texts YAML; `owner` is `null` if the owner has no file
 * @returns all problems of both files, and the settings that would be in force; `null` if one of the files is invalid
 */
export function validateSettings({
  repository,
  owner,
}: {
  repository: string;
  owner: string | null;
}): Validated {
  const repositoryFile = readSettings(repository, "repository");
  const ownerFile = owner === null ? null : readSettings(owner, "owner");
  const problems = [...(ownerFile?.problems ?? []), ...repositoryFile.problems];
  if (problems.length > 0) return { valid: false, problems, settings: null };
  const merged = mergeSettings({ owner: ownerFile, repository: repositoryFile });
  return { valid: merged.problems.length === 0, problems: merged.problems, settings: merged.settings };
}
