/**
 * How GitHub names accounts and repositories: the one rule for everything that comes in. It allows what GitHub
 * has, also names that it no longer gives: old logins end in a hyphen or have several in a row, and those of enterprises
 * end in an underscore and a short code.
 *
 * https://docs.github.com/en/enterprise-cloud@latest/admin/managing-iam/iam-configuration-reference/username-considerations-for-external-authentication
 */

/** The login of a person or an organization, as the source of a regular expression. */
const LOGIN = "[A-Za-z0-9][A-Za-z0-9_-]{0,38}";
/** The name of a repository. GitHub cuts `.git` off, because its addresses for git end in it. */
const REPOSITORY = String.raw`(?!\.{1,2}$)(?!.*\.[gG][iI][tT]$)[A-Za-z0-9._-]{1,100}`;

const IS_LOGIN = new RegExp(`^${LOGIN}$`);
const IS_BOT = new RegExp(String.raw`^${LOGIN}\[bot\]$`);
const IS_REPOSITORY = new RegExp(`^${LOGIN}/${REPOSITORY}$`);

/** Whether it may be the login of a person or an organization. */
export function isLogin(text: string): boolean {
  return IS_LOGIN.test(text);
}

/** Whether it may be the login of an App, such as `dependabot[bot]`. */
export function isBotLogin(text: string): boolean {
  return IS_BOT.test(text);
}

/** Whether it may be the full name of a repository, `owner/name`. */
export function isRepositoryName(text: string): boolean {
  return IS_REPOSITORY.test(text);
}
