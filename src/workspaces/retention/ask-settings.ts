import type { GitHub } from "../../github/github.ts";
import { isGitHubFailure } from "../../github/wire/failure.ts";
import type { Repository } from "../../github/repository.ts";
import { OrbError } from "../../errors.ts";
import type { SettingsInForce } from "../../repository-settings/in-force.ts";
import { WORKSPACE_DAYS, type WorkspaceDays, workspaceDaysOf } from "../../repository-settings/settings.ts";

interface Sources {
  readonly github: Pick<GitHub, "repository">;
  readonly settings: SettingsInForce;
}

/**
 * What the settings of a repository say about workspaces. Its default branch and its owner alone decide.
 *
 * @param fullName `owner/name`
 * @returns the defaults if the App can't see the repository at all: nobody can say otherwise there
 * @throws OrbError if GitHub could not be asked; that is not the same as a repository without settings
 */
export async function askWorkspaceDays(
  fullName: string,
  { github, settings }: Sources,
): Promise<WorkspaceDays> {
  try {
    const repository = await github.repository(fullName);
    const { defaultBranch } = await repository.facts();
    const [repositoryFile, ownerFile] = await Promise.all([
      settingsFileOf(repository, defaultBranch),
      repository.ownerSettings(),
    ]);
    const at = { fullName, base: defaultBranch, defaultBranch };
    const files = { ownerFile, repositoryFile, baseFile: null };
    return workspaceDaysOf((await settings.of(at, files, { dryRun: true })).settings);
  } catch (error) {
    const isInstalled = !(error instanceof OrbError && error.code === "app_not_installed");
    if (isInstalled && !isGitHubFailure(error, "not_found")) throw error;
    return WORKSPACE_DAYS;
  }
}

async function settingsFileOf(repository: Repository, defaultBranch: string) {
  try {
    const sha = await repository.branchSha(defaultBranch);
    return sha === null ? null : (await repository.baseFiles(sha)).settings;
  } catch (error) {
    // Without a commit there is no file.
    if (isGitHubFailure(error, "repository_empty")) return null;
    throw error;
  }
}
