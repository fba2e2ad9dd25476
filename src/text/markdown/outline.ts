import type { Root, RootContent } from "mdast";
import { toString } from "mdast-util-to-string";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import { unified } from "unified";
import { visit } from "unist-util-visit";
import { isTangled } from "./markdown-cost.ts";

const parser = unified().use(remarkParse).use(remarkGfm);
/** Thousands of headings take seconds to parse, and nobody reads them. */
const HEADING_LINES_MAX = 200;
const HEADING_LINE = /^ {0,3}(?:#|={1,100}$|-{1,100}$)/gm;
const COMMENT = { begin: "<!--", end: "-->" };

/** An item of a list with a box: `- [ ] Tests added`. */
export interface Box {
  readonly text: string;
  /** The position of the character between its brackets. */
  readonly markAt: number;
}

/** A heading and the text below it, up to the next heading of any level. */
export interface Part {
  /** `null` for the text before the first heading. The level is `null` if the heading is a paragraph in bold. */
  readonly heading: { readonly level: number | null; readonly text: string; readonly source: string } | null;
  /** Where the text below the heading begins and ends; a heading in bold belongs to that text. */
  readonly from: number;
  readonly to: number;
  readonly boxes: readonly Box[];
}

/** A Markdown text in parts; all positions refer to `text`. */
export interface Outline {
  readonly text: string;
  readonly parts: readonly Part[];
}

/**
 * Splits a Markdown text, without its HTML comments, at its headings.
 *
 * @returns `null` if it is too tangled, or has too many headings, to be parsed fast
 */
export function outline(markdown: string): Outline | null {
  const withComments = markdown.replaceAll(/\r\n?/g, "\n");
  const headingLines = withComments.match(HEADING_LINE)?.length ?? 0;
  if (headingLines > HEADING_LINES_MAX || isTangled(withComments)) return null;
  const text = withoutComments(withComments, parser.parse(withComments));
  if (isTangled(text)) return null;
  const { children } = parser.parse(text);
  const starts = children.flatMap((node, index) => (isHeading(node) ? [index] : []));
  const bounds = [0, ...starts.filter((index) => index > 0), children.length];
  const parts = bounds
    .slice(0, -1)
    .map((first, index) => partOf(text, children.slice(first, bounds[index + 1])));
  return { text, parts };
}

function partOf(text: string, nodes: readonly RootContent[]): Part {
  const [first, second] = nodes;
  const last = nodes.at(-1);
  const level = first?.type === "heading" ? first.depth : null;
  const heading =
    first && isHeading(first) ? { level, text: toString(first), source: sourceOf(text, first) } : null;
  const start = level === null ? first : second;
  const from = start ? offset(start, "start") : last ? offset(last, "end") : 0;
  return { heading, from, to: last ? offset(last, "end") : 0, boxes: boxesOf(text, nodes) };
}

/** In many texts, a paragraph with only bold words serves as a heading. */
function isHeading(node: RootContent): boolean {
  if (node.type === "heading") return true;
  return node.type === "paragraph" && node.children.length === 1 && node.children[0]?.type === "strong";
}

/** The Markdown source of a heading's text. */
function sourceOf(text: string, node: RootContent): string {
  const children = "children" in node ? node.children : [];
  const [first, last] = [children[0], children.at(-1)];
  return first && last ? text.slice(offset(first, "start"), offset(last, "end")) : "";
}

function boxesOf(text: string, nodes: readonly RootContent[]): Box[] {
  const boxes: Box[] = [];
  const root: Root = { type: "root", children: [...nodes] };
  visit(root, "listItem", (item) => {
    const [first] = item.children;
    if (typeof item.checked !== "boolean" || !first) return;
    boxes.push({ text: toString(first), markAt: text.indexOf("[", offset(item, "start")) + 1 });
  });
  return boxes;
}

function withoutComments(text: string, tree: Root): string {
  let kept = "";
  let copied = 0;
  visit(tree, "html", (node) => {
    const end = offset(node, "end");
    let at = offset(node, "start");
    while (at < end) {
      const begin = text.indexOf(COMMENT.begin, at);
      if (begin === -1 || begin >= end) break;
      kept += text.slice(copied, begin);
      const closing = text.indexOf(COMMENT.end, begin);
      copied = closing === -1 || closing >= end ? end : closing + COMMENT.end.length;
      at = copied;
    }
  });
  return kept + text.slice(copied);
}

function offset(node: RootContent, side: "start" | "end"): number {
  return node.position?.[side].offset ?? 0;
}
