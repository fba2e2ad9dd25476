// Control characters except tab and line feed, zero-width characters, bidirectional controls, tags, variation
// selectors of the supplement, soft hyphen, BOM. Characters that readers can't see can change the meaning of a text.
const INVISIBLE =
  // oxlint-disable-next-line no-control-regex, no-misleading-character-class -- these are what is being removed
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffb\u{e0000}-\u{e0fff}]/gu;

/**
 * Escape sequences of terminals: colours, titles and links. A title or link without an end stops at the end of its line,
 * so that it does not swallow everything after it.
 */
// oxlint-disable-next-line no-control-regex -- terminal escape sequences start with a control character
export const ANSI = /\u001b\[[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b\n]*(?:\u0007|\u001b\\)?/g;

/** The text without invisible characters. Line ends become line feeds; unpaired surrogates become U+FFFD. */
export function withoutInvisible(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?|[\u2028\u2029]/g, "\n")
    .replace(ANSI, "")
    .replace(INVISIBLE, "");
}
