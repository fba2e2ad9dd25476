import type { Nodes, Parents, Text } from "mdast";
import { forbiddenKeywords } from "./closing-keywords.ts";
import { breakAt } from "./defang.ts";

interface Piece {
  readonly node: Text;
  /** Where it begins in the text of the whole line. */
  readonly start: number;
}

/**
 * Breaks the closing keywords of a paragraph, heading or cell. Keyword and number may be in different nodes, as in
 * `**Fixes** #1`, and even the keyword may be split, so the whole line is checked as one text.
 *
 * @param closes issues that a keyword may close, if keyword and number are in one node of plain text
 */
export function forbidClosing(line: Parents, closes: readonly number[]): void {
  const pieces: Piece[] = [];
  const text = collect(line, "", pieces);
  const pieceAt = (at: number) => pieces.findLast(({ start }) => start <= at);
  const places = forbiddenKeywords(text, closes, {
    startsNode: (at) => pieceAt(at)?.start === at,
    isWhole: (from, to) => pieceAt(from) === pieceAt(to - 1),
  });
  for (const { node, start } of pieces) {
    const end = start + node.value.length;
    const here = places.filter((place) => place >= start && place < end);
    if (here.length > 0)
      node.value = breakAt(
        node.value,
        here.map((place) => place - start),
      );
  }
}

function collect(node: Nodes, before: string, pieces: Piece[]): string {
  if (node.type === "text") {
    pieces.push({ node, start: before.length });
    return before + node.value;
  }
  if ("children" in node) {
    return node.children.reduce<string>((text, child) => collect(child, text, pieces), before);
  }
  if (node.type === "html") return before;
  // No reference continues across code.
  return before + (node.type === "break" ? "\n" : "\0");
}
