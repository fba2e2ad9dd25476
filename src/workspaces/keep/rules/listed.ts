import { clip } from "../../../text/clip.ts";
import { withoutInvisible } from "../../../text/invisible.ts";

const EXAMPLES_MAX = 3;
/** Of one name, in characters. */
const NAME_CHARACTERS_MAX = 80;

/** A name from a workspace as people may see it: in quotes, on one line, without characters that hide something. */
export function shownName(name: Buffer | string): string {
  return JSON.stringify(clip(withoutInvisible(String(name)), NAME_CHARACTERS_MAX));
}

/** A few names as examples of `count`: `"a", "b", "c" and 4 more`. */
export function examples(names: readonly (Buffer | string)[], count: number = names.length): string {
  const shown = names.slice(0, EXAMPLES_MAX).map(shownName);
  const more = count - shown.length;
  return more > 0 ? `${shown.join(", ")} and ${more} more` : shown.join(", ");
}

/** `1 file`, `2 files`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** `3 days`, for an age in milliseconds. */
export function aged(ms: number): string {
  const hours = Math.max(0, Math.floor(ms / 3_600_000));
  return hours < 48 ? counted(hours, "hour") : counted(Math.floor(hours / 24), "day");
}
