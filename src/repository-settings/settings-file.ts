/** Where a repository has its settings. */
export const SETTINGS_PATH = ".github/orb.yml";
/**
 * The owner's repository whose file holds for all repositories, as GitHub has an owner's defaults there:
 * https://docs.github.com/en/communities/setting-up-your-project-for-healthy-contributions/creating-a-default-community-health-file
 */
export const DEFAULTS_REPOSITORY = ".github";
