import type { Nodes } from "mdast";

/** A line that may begin a block of code, also as the first one of an item of a list. */
const FENCE = /^((?: *(?:[*+-]|\d{1,9}[.)]) )* *)(?:(`{3,})[^`]*|(~{3,}).*)$/;
const FENCE_END = /^( *)(`{3,}|~{3,})[ \t]*$/;
/** How much further than its list a fence may be indented. https://spec.commonmark.org/0.31.2/#fenced-code-blocks */
const INDENTATION_MAX = 3;

/** A block of code, if the parser sees it as one too. */
interface Block {
  /** Numbers of lines in the shorter text, from 1. */
  readonly firstLine: number;
  lastLine: number;
  readonly fence: string;
  readonly indentation: number;
  /** Whether each line in it is indented at least as far as its fence, so that it cannot end a list around it. */
  isIndented: boolean;
}

/** A text without what is inside its blocks of code. */
export interface ShorterText {
  readonly text: string;
  /** Whether the tree of the shorter text shows that all that was left out is code. */
  readonly isCertain: (tree: Nodes) => boolean;
}

/**
 * Leaves out all lines between fences, but keeps the fences. This guesses what is a fence: one may be inside HTML, for
 * example. If the parser finds the same blocks in the shorter text, then it finds them in the whole text too, because
 * it reads line by line and nothing inside a block of code changes how it reads on.
 */
export function withoutCode(text: string): ShorterText {
  const blocks: Block[] = [];
  const kept: string[] = [];
  let block: Block | null = null;
  for (const line of text.split("\n")) {
    if (block === null) {
      kept.push(line);
      block = blockFrom(line, kept.length);
      if (block !== null) blocks.push(block);
    } else if (mayEnd(block, line)) {
      kept.push(line);
      block.lastLine = kept.length;
      block = null;
    } else if (line.trim() !== "" && line.search(/[^ ]/) < block.indentation) block.isIndented = false;
  }
  return { text: kept.join("\n"), isCertain: (tree) => areCode(blocks, tree) };
}

function blockFrom(line: string, number: number): Block | null {
  const [, before = "", backticks, tildes] = FENCE.exec(line) ?? [];
  const fence = backticks ?? tildes;
  if (fence === undefined) return null;
  return { firstLine: number, lastLine: number, fence, indentation: before.length, isIndented: true };
}

/** Whether a line ends a block, wherever the list around the block begins. */
function mayEnd({ fence, indentation }: Block, line: string): boolean {
  const [, before = "", end = ""] = FENCE_END.exec(line) ?? [];
  return end.startsWith(fence) && Math.abs(before.length - indentation) <= INDENTATION_MAX;
}

function areCode(blocks: readonly Block[], tree: Nodes): boolean {
  const found = new Map<
    number,
    { readonly column: number; readonly lastLine: number; readonly inList: boolean }
  >();
  const visit = (node: Nodes, inList: boolean): void => {
    const { start, end } = node.position ?? {};
    if (node.type === "code" && start && end)
      found.set(start.line, { column: start.column, lastLine: end.line, inList });
    if (node.type !== "root" && node.type !== "list" && node.type !== "listItem") return;
    for (const child of node.children) visit(child, node.type !== "root");
  };
  visit(tree, false);
  return blocks.every(({ firstLine, lastLine, indentation, isIndented }) => {
    const code = found.get(firstLine);
    // Code that is only indented begins before its indentation, and has no fences.
    const isFenced = code?.column === indentation + 1 && code.lastLine === lastLine;
    return isFenced && (isIndented || !code.inList);
  });
}
