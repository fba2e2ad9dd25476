import type { Paragraph, PhrasingContent, Root, RootContent } from "mdast";
import { cleanTree, type TextOptions } from "./clean-tree.ts";
import { clip, clipBytes } from "../clip.ts";
import { defangTitle, withoutOwnComments } from "./defang.ts";
import { withoutInvisible } from "../invisible.ts";
import { parseMarkdown, writeMarkdown } from "./markdown.ts";
import type { MarkdownPolicy } from "./policy.ts";
import type { SafeMarkdown, SafeText } from "../safe.ts";
import { withoutSecrets } from "../secrets/without-secrets.ts";
import { withoutSkipInstructions } from "./skip-instructions.ts";
import { removeSplitSecrets, withoutSplitSecrets } from "./split-secrets.ts";
import { isTangled, isTangledLine, readingCost } from "./markdown-cost.ts";

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
 * @param costMax the most that reading the text without its secrets may cost; one that costs more becomes a block of code
 * @returns at most 40 times the number of characters read, plus 100
 */
export function sanitizeMarkdown(
  text: string,
  maximum: number,
  policy: MarkdownPolicy,
  { costMax = Infinity, ...options }: Omit<TextOptions, "form"> & { readonly costMax?: number } = {},
): SafeMarkdown {
  const clipped = withoutInvisible(clip(text, maximum));
  const prepared = prepare(isTangled(clipped) ? clipped : withoutSplitSecrets(clipped, BLOCKS.parse));
  if (costMax < Infinity && readingCost(prepared) > costMax) return fence(prepared);
  return settle(prepared, BLOCKS, { ...options, policy }) ?? fence(prepared);
}

/**
 * Makes other people's line safe as inline Markdown, next to the bot's own words. Code, emphasis and links stay, as in
 * `sanitizeMarkdown`. There are no line ends, line breaks and small print, in which the bot's verdicts are written. A
 * line that would begin a list, a heading or any other block becomes plain text; one that is too tangled becomes code.
 * The result is safe in a table cell too, and sanitizing it again changes nothing.
 *
 * @param isPlain whether it is part of a sentence of the bot, or next to a verdict: then nothing is bold, and marks such as ✅
 *   are code
 */
export function sanitizeInline(
  text: string,
  maximum: number,
  policy: MarkdownPolicy,
  { isPlain = false } = {},
): SafeMarkdown {
  const line = seenLine(clip(text, maximum));
  const settled = isTangledLine(line)
    ? null
    : settle(line, LINE, { policy, form: isPlain ? "plain" : "line" });
  return settled === null ? sanitizeCode(line, maximum) : forTable(settled);
}

/** A path, a branch or a SHA as code, safe in a table cell; `�` if no character is visible. */
export function sanitizeCode(text: string, maximum: number): SafeMarkdown {
  // A backslash before a pipe would cancel the escape that keeps the pipe inside its cell.
  const value = (oneLine(clip(text, maximum)) || "\ufffd").replaceAll("\\|", "\\\u200b|");
  return forTable(write([{ type: "paragraph", children: [{ type: "inlineCode", value }] }]));
}

/**
 * Other people's line for a place without Markdown, such as a title.
 *
 * @param owner of the repository that shows it: then packages such as `@types/node` stay as they are
 */
export function sanitizeText(text: string, maximum: number, { owner }: { owner?: string } = {}): SafeText {
  return clip(defangTitle(oneLine(text), owner ?? null), maximum) as SafeText;
}

/** A safe line for a place that also limits the bytes of UTF-8. */
export function withinBytes(text: SafeText, bytesMax: number): SafeText {
  return clipBytes(text, bytesMax) as SafeText;
}

/** Other people's text as one block of code, in which nothing has an effect: for text that may be dangerous. */
export function fence(text: string): SafeMarkdown {
  let value = prepare(text);
  // A secret that was removed may have hidden another one.
  for (let pass = 1; pass < PASSES_MAX; pass++) {
    const again = prepare(value);
    if (again === value) break;
    value = again;
  }
  return write([{ type: "code", value }]);
}

/** How a kind of text is read. */
interface Reading {
  readonly prepare: (text: string) => string;
  readonly parse: (text: string) => Root;
}

const BLOCKS: Reading = { prepare, parse: parseMarkdown };
const LINE: Reading = { prepare: oneLine, parse: parseLine };

/** Cleans a text until its tree has nothing left to clean; `null` if that takes too many passes. */
function settle(
  text: string,
  { prepare, parse }: Reading,
  { policy, ...options }: TextOptions & { readonly policy: MarkdownPolicy },
): SafeMarkdown | null {
  let current = text;
  for (let pass = 1; pass <= PASSES_MAX && !isTangled(current); pass++) {
    const tree = parse(prepare(current));
    const wasSplit = removeSplitSecrets(tree);
    const changed = cleanTree(tree, policy, options) || wasSplit;
    const [line] = tree.children;
    if (options.form !== undefined && line?.type === "paragraph") trimEdges(line);
    const clean = write(tree.children);
    if (!changed && clean === current) return clean;
    current = clean;
  }
  return null;
}

/** The tree of one paragraph. A line that is a block of another kind is read as plain text. */
function parseLine(line: string): Root {
  const tree = parseMarkdown(line);
  const [only, ...others] = tree.children;
  if (others.length === 0 && only?.type === "paragraph") return tree;
  return { type: "root", children: [{ type: "paragraph", children: [{ type: "text", value: line }] }] };
}

/** Spaces at the edges would be written as character references. */
function trimEdges({ children }: Paragraph): void {
  const trim = (node: PhrasingContent | undefined, end: "trimStart" | "trimEnd") => {
    if (node?.type === "text") node.value = node.value[end]();
  };
  trim(children[0], "trimStart");
  trim(children.at(-1), "trimEnd");
}

function prepare(text: string): string {
  return withoutSecrets(withoutInvisible(text));
}

function oneLine(text: string): string {
  return joined(prepare(text));
}

/** One line without secrets, also without those that its formatting splits. */
function seenLine(text: string): string {
  const line = joined(withoutInvisible(text));
  const whole = isTangledLine(line) ? line : withoutSplitSecrets(line, LINE.parse);
  // Some secrets are only recognized by their lines, so these are not joined before it is necessary.
  return oneLine(whole === line ? text : whole);
}

function joined(lines: string): string {
  return lines.replace(/\s+/g, " ").trim();
}

function write(children: RootContent[]): SafeMarkdown {
  const written = writeMarkdown({ type: "root", children });
  return withoutSkipInstructions(withoutOwnComments(written)) as SafeMarkdown;
}

function forTable(inline: SafeMarkdown): SafeMarkdown {
  return inline.replaceAll(/(?<!\\)((?:\\\\)*)\|/g, "$1\\|") as SafeMarkdown;
}
