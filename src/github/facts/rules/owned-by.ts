/**
 * Finds the repositories of an account by their full names, in any case, as GitHub's names ignore it.
 *
 * @param login of the account, taken literally whatever is in it
 */
export function ownedBy(login: string): RegExp {
  return new RegExp(`^${login.replace(/[^A-Za-z0-9]/g, "\\$&")}/`, "i");
}
