import type { SafeMarkdown } from "./safe.ts";

// Escaped, none of them can end the comment, begin another, or be taken for a mention or a reference by whoever
// looks at the source. JSON reads each as what it stands for.
const ESCAPED = /[^\w ",.:[\]{}/+\\-]/gu;

/**
 * A line that people don't see and programs can read: `<!-- name: {…} -->`.
 *
 * @param name ours: lower-case letters and hyphens
 */
export function hiddenJson(name: string, value: unknown): SafeMarkdown {
  const json = JSON.stringify(value).replace(ESCAPED, (character) =>
    [...Array(character.length).keys()]
      .map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`)
      .join(""),
  );
  return `<!-- ${name}: ${json} -->` as SafeMarkdown;
}
