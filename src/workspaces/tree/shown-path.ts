import { clip } from "../../text/clip.ts";
import { withoutInvisible } from "../../text/invisible.ts";

/** For one path in a sentence. Longer ones are cut at their end. */
const SHOWN_LENGTH_MAX = 300;

/** A path as people may see it: one line in quotes, without characters that hide or forge something. */
export function shownPath(path: Buffer | string): string {
  return JSON.stringify(clip(withoutInvisible(String(path)), SHOWN_LENGTH_MAX));
}
