// https://www.rfc-editor.org/rfc/rfc3339#section-5.6: the letters may be small, and a fraction may have any length.
const TIME =
  /^(\d{4}-\d\d-\d\d)[Tt]((?:[01]\d|2[0-3]):[0-5]\d):([0-5]\d|60)(?:\.(\d+))?(?:[Zz]|([+-])([01]\d|2[0-3]):([0-5]\d))$/;
const MINUTE_MS = 60_000;
const SECOND_MS = 1_000;

/**
 * Reads a time of RFC 3339. What is finer than a millisecond is cut off. A leap second, which only the last minute of a
 * month in UTC can have, is the beginning of the next minute, as in POSIX. An offset of `-00:00` means UTC.
 *
 * @returns `null` if the text is not such a time
 */
export function readTime(text: string): Date | null {
  const [, day, minute, second = "", fraction = "", sign, hours, minutes] = TIME.exec(text) ?? [];
  if (day === undefined || minute === undefined) return null;
  const isLeap = second === "60";
  const milliseconds = isLeap ? "000" : fraction.slice(0, 3).padEnd(3, "0");
  const local = new Date(`${day}T${minute}:${isLeap ? "59" : second}.${milliseconds}Z`);
  // JavaScript reads 30 February as 2 March.
  if (Number.isNaN(local.getTime()) || local.toISOString().slice(0, 10) !== day) return null;
  const offsetMs = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * MINUTE_MS * (sign === "-" ? -1 : 1);
  const time = new Date(local.getTime() - offsetMs + (isLeap ? SECOND_MS : 0));
  return isLeap && !time.toISOString().endsWith("-01T00:00:00.000Z") ? null : time;
}
