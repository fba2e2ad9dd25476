declare const safe: unique symbol;

/** Markdown that may be sent to GitHub: nothing in it was taken from others without being sanitised. */
export type SafeMarkdown = string & { readonly [safe]: "markdown" };
/** A line of plain text that may be sent where GitHub expects no Markdown, such as a title. */
export type SafeText = string & { readonly [safe]: "text" };

/** What a template may be given: so an unsanitised string in a description does not compile. */
export type SafeValue =
  | SafeMarkdown
  | number
  | boolean
  | null
  | readonly SafeValue[]
  | { readonly [name: string]: SafeValue };

/** Safe pieces, one after the other; those that are empty leave no gap. */
export function joined(pieces: readonly SafeMarkdown[], between: " " | "\n" | "\n\n"): SafeMarkdown {
  return pieces.filter((piece) => piece !== "").join(between) as SafeMarkdown;
}

/**
 * Our own words, written in the source. That they are is for the reader of the call to see: text
 * that comes from a variable belongs through `sanitize.ts`.
 */
export function ownWords(words: string): SafeMarkdown {
  return words as SafeMarkdown;
}
