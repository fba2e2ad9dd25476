// Control characters except tab and line feed, zero-width characters, bidirectional controls, tags, variation
// selectors, soft hyphen, BOM. Characters that readers can't see can change the meaning of a text.
const INVISIBLE = String.raw`[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]`;

// Scripts in which a joiner or non-joiner between letters changes how these look, and so what they say.
// https://www.unicode.org/reports/tr31/#Layout_and_Format_Control_Characters
const JOINING = "Arab Syrc Nkoo Mong Deva Beng Guru Gujr Orya Taml Telu Knda Mlym Sinh Khmr Mymr Tibt"
  .split(" ")
  .map((script) => String.raw`\p{scx=${script}}`)
  .join("");
const SKIN = String.raw`\u{1f3fb}-\u{1f3ff}`;

/** Invisible characters that belong to a visible one, only right behind it. */
const BELONGING = [
  // ZWNJ and ZWJ in such a script, also at the end of a word
  String.raw`(?<=[${JOINING}])[\u200c\u200d](?=[${JOINING}\s.,;:!?)»"'”’]|$)`,
  // Emoji of several parts, such as 👩‍💻
  String.raw`(?<=\p{Extended_Pictographic}\ufe0f?|[${SKIN}])\u200d(?=\p{Extended_Pictographic})`,
  // As an emoji or as a text; keys, such as 1️⃣
  String.raw`(?<=\p{Extended_Pictographic})[\ufe0e\ufe0f]|(?<=[0-9#*])\ufe0f(?=\u20e3)`,
  // Variants of Chinese and Mongolian characters, which names need
  String.raw`(?<=\p{Script=Han})[\ufe00-\ufe02\u{e0100}-\u{e01ef}]|(?<=\p{Script=Mongolian})[\u180b-\u180f]`,
  // Fillers of Hangul, which hold the place of a missing letter in a syllable
  String.raw`\u115f(?=[\u1161-\u11a7])|(?<=[\u1100-\u115e])\u1160`,
  // The flags of England, Scotland and Wales are written in tags.
  String.raw`(?<=\u{1f3f4})\u{e0067}\u{e0062}(?:\u{e0065}\u{e006e}\u{e0067}|\u{e0073}\u{e0063}\u{e0074}|\u{e0077}\u{e006c}\u{e0073})\u{e007f}`,
];
const FOUND = new RegExp(`(?=${INVISIBLE})(?:(?<kept>${BELONGING.join("|")})|.)`, "gsu");

/**
 * Characters that look like a space but are none, so that they would count as words. The blank of Braille stays next to
 * Braille, whose words and pictures need it; a null notehead and the two blanks of hieroglyphs have no such use in texts.
 */
const BLANK = /(?<![\u2800-\u28ff])\u2800+(?![\u2800-\u28ff])|[\u{1d159}\u{13441}\u{13442}]+/gu;

/**
 * Escape sequences of terminals: colours, titles and links. A title or link without an end stops at the end of its line,
 * so that it does not swallow everything after it.
 */
// oxlint-disable-next-line no-control-regex -- terminal escape sequences start with a control character
export const ANSI = /\u001b\[[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b\n]*(?:\u0007|\u001b\\)?/g;

/**
 * The text without invisible characters, except those that belong to an emoji or to a letter of a script that needs
 * them. Characters that only look like a space become one; line ends become line feeds; unpaired surrogates become U+FFFD.
 */
export function withoutInvisible(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?|[\u2028\u2029]/g, "\n")
    .replace(ANSI, "")
    .replace(FOUND, "$<kept>")
    .replace(BLANK, " ");
}
