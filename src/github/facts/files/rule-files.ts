import type { RepositoryAccess } from "../../wire/repository-access.ts";
import { type BaseFiles, readBaseAndDefaultFiles, readBaseFiles } from "./base-files.ts";
import { readFacts } from "../repository-facts.ts";

/** The files of a base branch, and those of the default branch. */
export interface RuleFiles {
  readonly base: BaseFiles;
  /** The same as `base` if the base is the default branch. */
  readonly defaults: BaseFiles;
  readonly defaultBranch: string;
}

/**
 * Reads the files that say how a repository wants pull requests into a base. A signal names the base, and an agent may have
 * pushed it, so the files of the default branch are read too. One request; none if the base is the default branch and
 * its commit is known.
 *
 * @param baseSha the commit of `base`
 * @throws OrbError `github_unavailable` if GitHub does not show one of the commits, which differs from a commit without files
 */
export async function readRuleFiles(
  access: RepositoryAccess,
  { base, baseSha }: { readonly base: string; readonly baseSha: string },
): Promise<RuleFiles> {
  const { defaultBranch } = await readFacts(access);
  if (base !== defaultBranch) return { ...(await readBaseAndDefaultFiles(access, baseSha)), defaultBranch };
  const files = await readBaseFiles(access, baseSha);
  return { base: files, defaults: files, defaultBranch };
}
