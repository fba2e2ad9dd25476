/** https://docs.github.com/en/enterprise-cloud@latest/admin/managing-iam/iam-configuration-reference/username-considerations-for-external-authentication */
export function isLogin(text: string): boolean {
  return text.length <= 60 && /^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:_[A-Za-z0-9]+)?$/.test(text);
}

/** What an address of a team ends in. */
export function isTeamSlug(text: string): boolean {
  return /^[A-Za-z0-9_.-]{1,100}$/.test(text);
}
