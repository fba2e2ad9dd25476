import type { Nodes, Parents } from "mdast";
import { parseMarkdown } from "../../../text/markdown/markdown.ts";
import { isTangled, readingCost } from "../../../text/markdown/markdown-cost.ts";
import { isCommand, type WrittenCommand } from "../../record/rules/command.ts";

/** Further commands of a comment are ignored. */
export const COMMANDS_PER_COMMENT_MAX = 5;
/** https://docs.github.com/en/rest/issues/comments: GitHub refuses a comment that is longer. */
const COMMENT_CHARACTERS_MAX = 65_536;

const COMMAND_ON_ANY_LINE = /^[ \t]*\/orb/im;
const COMMAND = /^[ \t]*\/orb(?:$|[ \t]+(\S*))/i;
const FENCE = /^(?:`{3,}(?=[^`]*$)|~{3,})/;
const FENCE_END = /^(?:`+|~+)[ \t]*$/;
/** In plain letters. A comment that costs more takes longer than about 0.1 s to parse. */
const COST_MAX = 500_000;
/** Whatever stands in any other block, such as a quotation, is not said by the author, or not as a text. */
const READ_INSIDE = new Set<Nodes["type"]>(["root", "list", "listItem"]);

/**
 * The commands of a comment, in order, each once: `/orb <command>` at the start of a line of text, as Markdown shows it.
 * Commands in code, HTML, comments, quotations and tables, and later in a line are ignored, because they are only shown.
 * `/orb` alone asks for help; words after the command are for people.
 *
 * @param comment one that is too tangled to be parsed fast has no commands; its blocks of code do not count for that
 * @returns at most `COMMANDS_PER_COMMENT_MAX`
 */
export function parseCommands(comment: string): WrittenCommand[] {
  const text = readable(comment.slice(0, COMMENT_CHARACTERS_MAX).replaceAll(/\r\n?/g, "\n"));
  if (text === null || !COMMAND_ON_ANY_LINE.test(text)) return [];
  const commands = linesOfText(parseMarkdown(text), text).flatMap((line) => readCommand(line) ?? []);
  return [...new Set(commands)].slice(0, COMMANDS_PER_COMMENT_MAX);
}

function readable(text: string): string | null {
  const isFast = (part: string) => !isTangled(part) && readingCost(part) <= COST_MAX;
  if (isFast(text)) return text;
  const shorter = withoutFences(text);
  return isFast(shorter) ? shorter : null;
}

/** People add long logs to a command. An empty line replaces each block of code that begins at the start of a line. */
function withoutFences(text: string): string {
  let fence: string | null = null;
  const left = text.split("\n").flatMap((line) => {
    if (fence === null) {
      fence = FENCE.exec(line)?.[0] ?? null;
      return fence === null ? line : "";
    }
    if (line.startsWith(fence) && FENCE_END.test(line)) fence = null;
    return [];
  });
  return left.join("\n");
}

/** The lines of all paragraphs and headings, as written. */
function linesOfText(node: Nodes, source: string): string[] {
  if (node.type === "paragraph" || node.type === "heading") return linesOf(node, source);
  if (!READ_INSIDE.has(node.type) || !("children" in node)) return [];
  return node.children.flatMap((child) => linesOfText(child, source));
}

function linesOf(block: Parents, source: string): string[] {
  const [from, to] = rangeOf(block);
  const lineStart = source.lastIndexOf("\n", from - 1) + 1;
  let at = lineStart;
  return source
    .slice(lineStart, to)
    .split("\n")
    .filter((line) => {
      const words = at + line.search(/\S/);
      at += line.length + 1;
      return !block.children.some((child) => covers(child, words));
    });
}

/** Whether a place is inside a code span, a comment or other markup. */
function covers(node: Nodes, at: number): boolean {
  const [from, to] = rangeOf(node);
  return node.type !== "text" && from <= at && at < to;
}

/** A node that the parser found in a text afterwards, such as an e-mail address, has no range. */
function rangeOf({ position }: Nodes): readonly [from: number, to: number] {
  return [position?.start.offset ?? 0, position?.end.offset ?? 0];
}

function readCommand(line: string): WrittenCommand | null {
  const match = COMMAND.exec(line);
  if (!match) return null;
  const word = match[1]?.toLowerCase() || "help";
  return isCommand(word) ? word : "unknown";
}
