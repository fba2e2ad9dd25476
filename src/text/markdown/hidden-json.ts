import type { SafeMarkdown } from "../safe.ts";

// Once escaped, none of these can end the comment, begin another one, or look like a mention or a reference in the
// source. JSON decodes each of them.
const ESCAPED = /[^\w ",.:[\]{}/+\\-]/gu;

/**
 * A hidden line that programs can read: `<!-- name: {…} -->`.
 *
 * @param name of the bot's own: lower-case letters and hyphens
 */
export function hiddenJson(name: string, value: unknown): SafeMarkdown {
  const json = JSON.stringify(value).replace(ESCAPED, (character) =>
    [...Array(character.length).keys()]
      .map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`)
      .join(""),
  );
  return `<!-- ${name}: ${json} -->` as SafeMarkdown;
}
