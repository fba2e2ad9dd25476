/** Sorts after every character of a name: https://www.unicode.org/reports/tr35/tr35-collation.html#Root_Data_Files */
const LAST = "\uFFFF";

/**
 * Matches the full names of an account's repositories, as a part of an index on names.
 *
 * @param login of the account
 * @returns a condition for MongoDB, for a question with the collation `IGNORING_CASE`
 */
export function ownedBy(login: string): { $gte: string; $lt: string } {
  return { $gte: `${login}/`, $lt: `${login}/${LAST}` };
}
