import type { Root, RootContent } from "mdast";
import { cleanTree } from "./clean-tree.ts";
import { clip } from "./clip.ts";
import { defangPlain, withoutCommands, withoutOwnComments } from "./defang.ts";
import { withoutInvisible } from "./invisible.ts";
import { parseMarkdown, writeMarkdown } from "./markdown.ts";
import type { MarkdownPolicy } from "./policy.ts";
import type { SafeMarkdown, SafeText } from "./safe.ts";
import { withoutSecrets } from "./secrets.ts";
import { isTangled, isTangledLine } from "./markdown-cost.ts";

// What is taken apart in one pass may be put together anew: an address in what was HTML becomes a link.
const PASSES_MAX = 5;

/**
 * Makes somebody's Markdown fit to be sent: the formatting stays; mentions, references to other repositories, closing
 * keywords, links and HTML beyond the policy, images, commands to bots, invisible characters, secrets and comments
 * that imitate the bot's lose their effect. Works on the syntax tree, since code spans and fences can't be told by
 * regular expressions, and until the text is one in which there is nothing left to change. A text for which that does
 * not come soon, or that is too tangled to be parsed in good time, comes out as a block of code.
 *
 * @param maximum characters of the input that are read; what is beyond is cut, and an ellipsis says so
 * @param keepHeadings whether headings stay at their level, instead of going below the bot's
 * @returns at most 40 times as many characters as are read, and 100
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
 * Somebody's line as inline Markdown: code, emphasis and links stay, as in `sanitizeMarkdown`; a line that would
 * begin a list, a heading or anything else than a paragraph is taken as plain text, one that is too tangled as code. Safe
 * in a table's cell too.
 */
export function sanitizeInline(text: string, maximum: number, policy: MarkdownPolicy): SafeMarkdown {
  const line = oneLine(clip(text, maximum));
  const settled = isTangledLine(line) ? null : settleLine(line, policy);
  return settled === null ? sanitizeCode(line, maximum) : forTable(settled);
}

/** A path, a branch or a SHA as code, for a table's cell; `�` where nothing of it can be seen. */
export function sanitizeCode(text: string, maximum: number): SafeMarkdown {
  // A backslash before a pipe would undo the escape that keeps the pipe in its cell.
  const value = (oneLine(clip(text, maximum)) || "\ufffd").replaceAll("\\|", "\\\u200b|");
  return forTable(write([{ type: "paragraph", children: [{ type: "inlineCode", value }] }]));
}

/** Somebody's line for a place without Markdown. */
export function sanitizeText(text: string, maximum: number): SafeText {
  return clip(defangPlain(oneLine(text)), maximum) as SafeText;
}

/** Somebody's text as one block of code, in which nothing is live: for what is not worth a risk. */
export function fence(text: string): SafeMarkdown {
  return write([{ type: "code", value: withoutCommands(prepare(text), { startsLine: true }) }]);
}

/**
 * Cleans a text until it is parsed into a tree in which nothing has to be cleaned; `null` where that takes too long.
 *
 * @param parsed the tree of the text, where that is known
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

/** The same with a prepared line, in which two spaces may meet where something is gone. */
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
  return withoutOwnComments(writeMarkdown({ type: "root", children })) as SafeMarkdown;
}

function forTable(inline: SafeMarkdown): SafeMarkdown {
  return inline.replaceAll(/(?<!\\)((?:\\\\)*)\|/g, "$1\\|") as SafeMarkdown;
}
