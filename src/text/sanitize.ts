import type { Root, RootContent } from "mdast";
import { cleanTree } from "./clean-tree.ts";
import { clip, clipBytes } from "./clip.ts";
import { defangPlain, withoutCommands, withoutOwnComments } from "./defang.ts";
import { withoutInvisible } from "./invisible.ts";
import { parseMarkdown, writeMarkdown } from "./markdown.ts";
import type { MarkdownPolicy } from "./policy.ts";
import type { SafeMarkdown, SafeText } from "./safe.ts";
import { withoutSecrets } from "./secrets.ts";
import { withoutSkipInstructions } from "./skip-instructions.ts";
import { isTangled, isTangledLine } from "./markdown-cost.ts";

// Cleaning can create new nodes: an address inside former HTML becomes a link. So it takes several passes.
const PASSES_MAX = 5;

/**
 * Makes other people's Markdown safe to send. The formatting stays. Mentions, references to other repositories, closing
 * keywords, links and HTML beyond the policy, images, commands to bots, instructions to skip checks, invisible characters, secrets and comments
 * that imitate the bot's lose their effect. It works on the syntax tree, because regular expressions can't recognize
 * code spans and fences, and repeats until nothing is left to change. A text that needs too many passes, or that is too
 * tangled to be parsed fast, becomes a block of code.
 *
 * @param maximum how many characters of the input are read; the rest is cut, and an ellipsis shows that
 * @param keepHeadings whether headings stay at their level, instead of moving below the bot's
 * @returns at most 40 times the number of characters read, plus 100
 */
export function sanitizeMarkdown(
  text: string,
  maximum: number,
  policy: MarkdownPolicy,
  options: { keepHeadings?: boolean } = {},
): SafeMarkdown {
  const prepared = prepare(clip(text, maximum));
  return settle(prepared, policy, options) ?? fence(prepared);
}

/**
 * Makes other people's line safe as inline Markdown. Code, emphasis and links stay, as in `sanitizeMarkdown`. A line
 * that would begin a list, a heading or any other block becomes plain text; one that is too tangled becomes code. The
 * result is safe in a table cell too.
 */
export function sanitizeInline(text: string, maximum: number, policy: MarkdownPolicy): SafeMarkdown {
  const line = oneLine(clip(text, maximum));
  const settled = isTangledLine(line) ? null : settleLine(line, policy);
  return settled === null ? sanitizeCode(line, maximum) : forTable(settled);
}

/** A path, a branch or a SHA as code, safe in a table cell; `�` if no character is visible. */
export function sanitizeCode(text: string, maximum: number): SafeMarkdown {
  // A backslash before a pipe would cancel the escape that keeps the pipe inside its cell.
  const value = (oneLine(clip(text, maximum)) || "\ufffd").replaceAll("\\|", "\\\u200b|");
  return forTable(write([{ type: "paragraph", children: [{ type: "inlineCode", value }] }]));
}

/** Other people's line for a place without Markdown. */
export function sanitizeText(text: string, maximum: number): SafeText {
  return clip(defangPlain(oneLine(text)), maximum) as SafeText;
}

/** A safe line for a place that also limits the bytes of UTF-8. */
export function withinBytes(text: SafeText, bytesMax: number): SafeText {
  return clipBytes(text, bytesMax) as SafeText;
}

/** Other people's text as one block of code, in which nothing has an effect: for text that may be dangerous. */
export function fence(text: string): SafeMarkdown {
  return write([{ type: "code", value: withoutCommands(prepare(text), { startsLine: true }) }]);
}

/**
 * Cleans a text until its tree has nothing left to clean; `null` if that takes too many passes.
 *
 * @param parsed the tree of the text, if it is known already
 */
function settle(
  text: string,
  policy: MarkdownPolicy,
  { parsed, ...options }: { keepHeadings?: boolean; parsed?: Root } = {},
): SafeMarkdown | null {
  let current = text;
  for (let pass = 1; pass <= PASSES_MAX && !isTangled(current); pass++) {
    const tree = pass === 1 && parsed ? parsed : parseMarkdown(prepare(current));
    const changed = cleanTree(tree, policy, options);
    const clean = write(tree.children);
    if (!changed && clean === current) return clean;
    current = clean;
  }
  return null;
}

/** The same for a prepared line. Removed parts may leave two spaces in a row, which become one. */
function settleLine(line: string, policy: MarkdownPolicy): SafeMarkdown | null {
  const parsed = parseMarkdown(line);
  const settled = isParagraph(parsed) ? settle(line, policy, { parsed }) : settle(writeText(line), policy);
  if (settled === null || !/^\s|\s\s|\s$|^&#x20;|&#x20;$/.test(settled)) return settled;
  return settle(
    settled
      .replace(/^&#x20;|&#x20;$/g, "")
      .replace(/\s+/g, " ")
      .trim(),
    policy,
  );
}

function isParagraph({ children }: Root): boolean {
  const [only, ...others] = children;
  return others.length === 0 && only?.type === "paragraph";
}

function writeText(line: string): string {
  return write([{ type: "paragraph", children: [{ type: "text", value: line }] }]);
}

function prepare(text: string): string {
  return withoutSecrets(withoutInvisible(text));
}

function oneLine(text: string): string {
  return prepare(text).replace(/\s+/g, " ").trim();
}

function write(children: RootContent[]): SafeMarkdown {
  const written = writeMarkdown({ type: "root", children });
  return withoutSkipInstructions(withoutOwnComments(written)) as SafeMarkdown;
}

function forTable(inline: SafeMarkdown): SafeMarkdown {
  return inline.replaceAll(/(?<!\\)((?:\\\\)*)\|/g, "$1\\|") as SafeMarkdown;
}
