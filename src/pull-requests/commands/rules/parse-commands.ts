import type { Nodes, Parents, Root } from "mdast";
import { parseMarkdown } from "../../../text/markdown/markdown.ts";
import { isTangled, readingCost } from "../../../text/markdown/markdown-cost.ts";
import { quotedPlaces, rangeOf } from "./quoted-places.ts";
import { withoutCode } from "./without-code.ts";
import { isCommand, type WrittenCommand } from "../../record/rules/command.ts";

/** Further commands of a comment are ignored. */
export const COMMANDS_PER_COMMENT_MAX = 5;
/** https://docs.github.com/en/rest/issues/comments: GitHub refuses a comment that is longer. */
const COMMENT_CHARACTERS_MAX = 65_536;

const COMMAND_ON_ANY_LINE = /^[\p{Zs}\t]*\/orb/imu;
/** Keyboards of several languages write a no-break space. A full stop ends the sentence. */
const COMMAND = /^[\p{Zs}\t]*\/orb(?:$|[\p{Zs}\t]+(?:(\S+?)\.?(?!\S))?)/iu;
/** In plain letters. A comment that costs more takes longer than about 0.1 s to parse. */
const COST_MAX = 500_000;
/** Whatever stands in any other block, such as a quotation, is not said by the author, or not as a text. */
const READ_INSIDE = new Set<Nodes["type"]>(["root", "list", "listItem"]);

/**
 * The commands of a comment, in order, each once: `/orb <command>` at the start of a line of text, as Markdown shows it.
 * Commands in code, comments, quotations, tables and formulas, in Markdown or HTML, and later in a line are ignored, because
 * they are only shown.
 * `/orb` alone asks for help; words after the command are for people.
 *
 * @param comment one that is too tangled to be parsed fast has no commands; its blocks of code
 *   do not count for that, unless it is uncertain where they are
 * @returns at most `COMMANDS_PER_COMMENT_MAX`
 */
export function parseCommands(comment: string): WrittenCommand[] {
  if (!COMMAND_ON_ANY_LINE.test(comment)) return [];
  const read = readTree(comment.slice(0, COMMENT_CHARACTERS_MAX).replaceAll(/\r\n?/g, "\n"));
  if (read === null) return [];
  const { tree, text } = read;
  const quoted = quotedPlaces(tree, text);
  const lines = linesOfText(tree, text).filter(({ words }) => quoted[words] !== 1);
  const commands = lines.flatMap(({ line }) => readCommand(line) ?? []);
  return [...new Set(commands)].slice(0, COMMANDS_PER_COMMENT_MAX);
}

/** People add long logs to a command, so a comment that costs too much is read without its blocks of code. */
function readTree(comment: string): { readonly tree: Root; readonly text: string } | null {
  const isFast = (part: string) => !isTangled(part) && readingCost(part) <= COST_MAX;
  if (isFast(comment)) return { tree: parseMarkdown(comment), text: comment };
  const { text, isCertain } = withoutCode(comment);
  if (!isFast(text)) return null;
  const tree = parseMarkdown(text);
  return isCertain(tree) ? { tree, text } : null;
}

/** A line as written, and the place of its first character that is not a space. */
interface Line {
  readonly line: string;
  readonly words: number;
}

/** The lines of all paragraphs and headings. */
function linesOfText(node: Nodes, source: string): Line[] {
  if (node.type === "paragraph" || node.type === "heading") return linesOf(node, source);
  if (!READ_INSIDE.has(node.type) || !("children" in node)) return [];
  return node.children.flatMap((child) => linesOfText(child, source));
}

function linesOf(block: Parents, source: string): Line[] {
  const { from, to } = rangeOf(block);
  const lineStart = source.lastIndexOf("\n", from - 1) + 1;
  let at = lineStart;
  return source
    .slice(lineStart, to)
    .split("\n")
    .map((line) => {
      const words = at + line.search(/\S/);
      at += line.length + 1;
      return { line, words };
    })
    .filter(({ words }) => !block.children.some((child) => covers(child, words)));
}

/** Whether a place is inside a code span, a comment or other markup. */
function covers(node: Nodes, at: number): boolean {
  const { from, to } = rangeOf(node);
  return node.type !== "text" && from <= at && at < to;
}

function readCommand(line: string): WrittenCommand | null {
  const match = COMMAND.exec(line);
  if (!match) return null;
  const word = match[1]?.toLowerCase() || "help";
  return isCommand(word) ? word : "unknown";
}
