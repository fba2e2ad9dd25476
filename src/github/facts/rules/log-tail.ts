const TAIL_CHARACTERS_MAX = 8_000;
/** Before each line of a log of GitHub Actions, as in `2026-01-31T12:00:00.1234567Z npm test`. */
const TIME = /^\uFEFF?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z /;
/** GitHub Actions marks a failed step with this; the lines after it are clean-up. */
const ERROR = "##[error]";

/**
 * The last whole lines of a log, at most 8 000 characters, without the times. Lines after the last failed step are
 * left out.
 */
export function logTail(end: string): string {
  const lines = end.split(/\r?\n/).map((line) => line.replace(TIME, ""));
  const lastError = lines.findLastIndex((line) => line.startsWith(ERROR));
  const kept = lastError === -1 ? lines : lines.slice(0, lastError + 1);
  const text = kept.join("\n").trimEnd();
  if (text.length <= TAIL_CHARACTERS_MAX) return text;
  const cut = text.slice(-TAIL_CHARACTERS_MAX);
  const lineStart = cut.indexOf("\n") + 1;
  return cut.slice(lineStart).toWellFormed();
}
