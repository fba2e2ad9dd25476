/** Digits of the largest number in an entry's id: both halves are unsigned integers of 64 bits. */
const DIGITS = 20;

/** Sorts before every entry. */
export const BEFORE_ALL = "";

/**
 * The place of an entry in a Redis stream, as a text that sorts like the entries. Their ids, such as `17-3`, do not.
 *
 * https://redis.io/docs/latest/develop/data-types/streams/#entry-ids
 */
export function entryPlace(id: string): string {
  const [ms = "", number = "0"] = id.split("-");
  return `${ms.padStart(DIGITS, "0")}-${number.padStart(DIGITS, "0")}`;
}
