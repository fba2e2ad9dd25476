/**
 * How GitHub names accounts, teams and repositories: the one rule for everything that comes in. It allows what GitHub
 * has, also names that it no longer gives: old logins end in a hyphen or have several in a row, and those of enterprises
 * end in an underscore and a short code.
 *
 * https://docs.github.com/en/enterprise-cloud@latest/admin/managing-iam/iam-configuration-reference/username-considerations-for-external-authentication
 */

/** The login of a person or an organization, as the source of a regular expression. */
export const LOGIN = "[A-Za-z0-9][A-Za-z0-9_-]{0,38}";
/** The last part of a team's address, as the source of a regular expression. */
export const TEAM_SLUG = "[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}";
/** The name of a repository. GitHub cuts `.git` off, because its addresses for git end in it. */
const REPOSITORY = String.raw`(?!\.{1,2}$)(?!.*\.[gG][iI][tT]$)[A-Za-z0-9._-]{1,100}`;

const IS_LOGIN = new RegExp(`^${LOGIN}$`);
const IS_BOT = new RegExp(String.raw`^${LOGIN}\[bot\]$`);
const IS_TEAM_SLUG = new RegExp(`^${TEAM_SLUG}$`);
const IS_REPOSITORY = new RegExp(`^${LOGIN}/${REPOSITORY}$`);

/** What `isRepositoryName` allows, for a JSON Schema. */
export const REPOSITORY_NAME_PATTERN = IS_REPOSITORY.source;
/** What `isLogin` and `isBotLogin` allow, for a JSON Schema. */
export const ACCOUNT_PATTERN = String.raw`^${LOGIN}(\[bot\])?$`;

/** Whether it may be the login of a person or an organization. */
export function isLogin(text: string): boolean {
  return IS_LOGIN.test(text);
}

/** Whether it may be the login of an App, such as `dependabot[bot]`. */
export function isBotLogin(text: string): boolean {
  return IS_BOT.test(text);
}

/** Whether it may be the last part of a team's address. */
export function isTeamSlug(text: string): boolean {
  return IS_TEAM_SLUG.test(text);
}

/** Whether it may be the full name of a repository, `owner/name`. */
export function isRepositoryName(text: string): boolean {
  return IS_REPOSITORY.test(text);
}

/** Whether two names are the same: GitHub ignores the case of names. */
export function isSameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** Each name once, in its first spelling: GitHub's names are case-insensitive. */
export function uniqueByName<T>(all: readonly T[], nameOf: (one: T) => string): T[] {
  const first = new Map<string, T>();
  for (const one of all) {
    const key = nameOf(one).toLowerCase();
    if (!first.has(key)) first.set(key, one);
  }
  return [...first.values()];
}

/** The account in a repository's full name, with or without more behind it: `octo` of `octo/hello`. */
export function ownerOf(fullName: string): string {
  return fullName.split("/", 1)[0] ?? "";
}

/** The same, in the form in which accounts can be compared: GitHub ignores the case of names. */
export function ownerKeyOf(fullName: string): string {
  return ownerOf(fullName).toLowerCase();
}
