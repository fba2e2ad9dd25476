/** Where a repository has its settings. */
export const SETTINGS_PATH = ".github/orb.yml";
/**
 * The owner's repository whose file holds for all repositories, as GitHub has an owner's defaults there:
 * https://docs.github.com/en/communities/setting-up-your-project-for-healthy-contributions/creating-a-default-community-health-file
 */
export const DEFAULTS_REPOSITORY = ".github";

/** Whether a path is `path`, a `.yml` in lower case, or another spelling of it that people use: `.github/Orb.yaml`. */
export function isSpellingOf(path: string, found: string): boolean {
  return found.toLowerCase().replace(/\.yaml$/, ".yml") === path;
}
