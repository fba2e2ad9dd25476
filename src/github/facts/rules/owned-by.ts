/**
 * Matches the full names of an account's repositories, ignoring case as GitHub does.
 *
 * @param login of the account; every character is taken literally
 */
export function ownedBy(login: string): RegExp {
  return new RegExp(`^${login.replace(/[^A-Za-z0-9]/g, "\\$&")}/`, "i");
}
