/** Digits of the largest number that half of an entry's id may be: both are unsigned, of 64 bits. */
const DIGITS = 20;

/** Before every entry. */
export const BEFORE_ALL = "";

/**
 * Where an entry of a Redis stream stands, as a text that sorts as the entries do; their ids, such as `17-3`, do not.
 *
 * https://redis.io/docs/latest/develop/data-types/streams/#entry-ids
 */
export function entryPlace(id: string): string {
  const [ms = "", number = "0"] = id.split("-");
  return `${ms.padStart(DIGITS, "0")}-${number.padStart(DIGITS, "0")}`;
}
