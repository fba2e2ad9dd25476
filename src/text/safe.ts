declare const safe: unique symbol;

/** Markdown that may be sent to GitHub: all text from other people in it is sanitized. */
export type SafeMarkdown = string & { readonly [safe]: "markdown" };
/** A sanitized line of plain text for places where GitHub expects no Markdown, such as a title. */
export type SafeText = string & { readonly [safe]: "text" };

/** The values that a template accepts. An unsanitized string in a description does not compile. */
export type SafeValue =
  | SafeMarkdown
  | number
  | boolean
  | null
  | readonly SafeValue[]
  | { readonly [name: string]: SafeValue };

/** Joins safe pieces; empty ones leave no gap. */
export function joined(pieces: readonly SafeMarkdown[], between: " " | "\n" | "\n\n"): SafeMarkdown {
  return pieces.filter((piece) => piece !== "").join(between) as SafeMarkdown;
}

/**
 * Marks the bot's own text as safe. Only for text that is written in the source; text from a variable must go through
 * `sanitize.ts`.
 */
export function ownWords(words: string): SafeMarkdown {
  return words as SafeMarkdown;
}
