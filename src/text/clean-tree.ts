import type { Heading, Nodes, Paragraph, Parents, PhrasingContent, Root, RootContent } from "mdast";
import { defang, withoutSecrets } from "./defang.ts";

/** Headings of others go below ours, which stand at the second level. */
const HEADING_LEVEL_MIN = 3;
const HEADING_LEVEL_MAX = 6;
const ADDRESS = /^(?:https?:\/\/|mailto:)/i;
// Lists and quotations inside of each other: a line that continues the innermost is written with the indentation of all.
const NESTING_MAX = 6;
// Emphasis inside of emphasis: writing it takes time that grows with the square of its depth.
const EMPHASIS_DEPTH_MAX = 4;
// A link to another repository's issue makes an entry there; not through this host, which GitHub runs for that purpose.
const FOREIGN_ISSUE = /^https?:\/\/(?:www\.)?github\.com(?=\/[^/]+\/[^/]+\/(?:issues|pull|discussions)\/\d)/i;

interface Surroundings {
  /** Lists and quotations around it. */
  readonly nesting: number;
  readonly emphasis: number;
  readonly inLink: boolean;
  /** Whether something follows in the same paragraph. */
  readonly continues: boolean;
  readonly headingLevelsDown: number;
}

/**
 * Takes everything out of a tree that GitHub would act on.
 *
 * @returns whether nodes became others: in what is text now may stand an address, which the parser makes into a link
 */
export function cleanTree(tree: Root): boolean {
  const headingLevelsDown = Math.max(0, HEADING_LEVEL_MIN - highestHeading(tree));
  return clean(tree, { nesting: 0, emphasis: 0, inLink: false, continues: false, headingLevelsDown });
}

function highestHeading(node: Nodes): number {
  if (node.type === "heading") return node.depth;
  const levels = "children" in node ? node.children.map(highestHeading) : [];
  return levels.reduce((highest, level) => Math.min(highest, level), HEADING_LEVEL_MAX);
}

function clean(node: Nodes, around: Surroundings): boolean {
  if ("children" in node) {
    if (node.type === "heading") lower(node, around.headingLevelsDown);
    return cleanChildren(node, around);
  }
  if (node.type !== "text" && node.type !== "code" && node.type !== "inlineCode") return false;
  const value = withoutSecrets(node.value);
  const changed = value !== node.value;
  if (node.type === "text") node.value = defang(value, around);
  // In a heading of one line, which it may be written into, a line end would break the code apart.
  else node.value = node.type === "inlineCode" ? value.replaceAll("\n", " ") : value;
  return changed;
}

function lower(heading: Heading, levels: number): void {
  heading.depth = Math.min(heading.depth + levels, HEADING_LEVEL_MAX) as typeof heading.depth;
}

function cleanChildren(parent: Parents, around: Surroundings): boolean {
  const inside = {
    ...around,
    nesting: around.nesting + (parent.type === "blockquote" || parent.type === "list" ? 1 : 0),
    emphasis: around.emphasis + (isEmphasis(parent) ? 1 : 0),
    inLink: around.inLink || parent.type === "link",
  };
  const before = parent.children;
  const after: readonly RootContent[][] = before.map((child) => replace(child, parent, inside));
  // What stood apart now touches: "@" and "name" were harmless on either side of what is gone.
  parent.children = mergeTexts(after.flat());
  let changed = after.some((nodes, index) => nodes.length !== 1 || nodes[0]?.type !== before[index]?.type);
  const inLine = !holdsBlocks(parent);
  for (const [index, child] of parent.children.entries()) {
    const continues = inLine && (index < parent.children.length - 1 || around.continues);
    if (clean(child, { ...inside, continues })) changed = true;
  }
  return changed;
}

/** What stands in a node's place: itself where it is harmless. */
function replace(node: RootContent, parent: Parents, around: Surroundings): RootContent[] {
  const unwrap = (children: readonly RootContent[]) =>
    children.flatMap((child) => replace(child, parent, around));
  switch (node.type) {
    case "html":
      return holdsBlocks(parent) ? [asParagraph(node.value)] : [asText(node.value)];
    case "image":
      return [asLink(node.url, node.alt?.trim() || "image", around)];
    case "imageReference":
      return [asText(node.alt?.trim() || "image")];
    // Not made into links: a short reference may be repeated more often than a long address would fit.
    case "linkReference":
      return unwrap(node.children);
    case "link":
      return ADDRESS.test(node.url) && !around.inLink
        ? [{ ...node, url: address(node.url), title: null }]
        : unwrap(node.children);
    // Their targets could be given a label that stands elsewhere in the description.
    case "definition":
      return [];
    case "footnoteReference":
      return [asText(`[${node.label ?? node.identifier}]`)];
    case "footnoteDefinition":
      return [asParagraph(`[${node.label ?? node.identifier}]`), ...unwrap(node.children)];
    // A heading is written on one line.
    case "break":
      return parent.type === "heading" ? [asText(" ")] : [node];
    case "code":
      return [{ ...node, meta: null, lang: language(node.lang) }];
    case "emphasis":
    case "strong":
    case "delete":
      return around.emphasis < EMPHASIS_DEPTH_MAX ? [node] : unwrap(node.children);
    case "blockquote":
      return around.nesting < NESTING_MAX ? [node] : unwrap(node.children);
    case "list":
      return around.nesting < NESTING_MAX
        ? [node]
        : unwrap(node.children.flatMap(({ children }) => children));
    default:
      return [node];
  }
}

function language(word: string | null | undefined): string | null {
  return withoutSecrets(word ?? "").replace(/[^\w+#.-]/g, "") || null;
}

function isEmphasis(node: Nodes): boolean {
  return node.type === "emphasis" || node.type === "strong" || node.type === "delete";
}

function holdsBlocks(node: Nodes): boolean {
  return ["root", "blockquote", "list", "listItem", "table", "tableRow"].includes(node.type);
}

function mergeTexts<T extends RootContent>(children: readonly T[]): T[] {
  const merged: T[] = [];
  for (const child of children) {
    const last = merged.at(-1);
    if (last?.type === "text" && child.type === "text") last.value += child.value;
    else merged.push(child.type === "text" ? { ...child } : child);
  }
  return merged;
}

function address(url: string): string {
  return withoutSecrets(url).replace(FOREIGN_ISSUE, "https://redirect.github.com");
}

function asText(value: string): PhrasingContent {
  return { type: "text", value };
}

function asParagraph(value: string): Paragraph {
  return { type: "paragraph", children: [asText(value)] };
}

function asLink(url: string, text: string, { inLink }: Surroundings): PhrasingContent {
  if (inLink || !ADDRESS.test(url)) return asText(text);
  return { type: "link", url: address(url), title: null, children: [asText(text)] };
}
