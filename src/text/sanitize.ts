import type { Link, Nodes, PhrasingContent, Root, RootContent } from "mdast";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import remarkStringify from "remark-stringify";
import { unified } from "unified";
import { defang, withoutSecrets } from "./defang.ts";
import { withoutInvisible } from "./invisible.ts";
import type { SafeMarkdown, SafeText } from "./safe.ts";

const markdown = unified().use(remarkParse).use(remarkGfm).use(remarkStringify, { bullet: "-", rule: "-" });

/** Headings of others go below ours, which start at the second level. */
const HEADING_LEVELS_DOWN = 2;
const HEADING_LEVEL_MAX = 6;
const ADDRESS = /^(?:https?:\/\/|mailto:)/i;

/**
 * Makes somebody's Markdown fit to be sent: the formatting stays; mentions, closing keywords, references to
 * other repositories, HTML, images, addresses other than http(s) and mail, invisible characters and tokens
 * lose their effect. Works on the syntax tree, since code spans and fences can't be told by regular expressions.
 *
 * @param maximum characters of the input that are read; what is beyond is cut, and said to be
 */
export function sanitizeMarkdown(text: string, maximum: number): SafeMarkdown {
  const tree = markdown.parse(prepare(clip(text, maximum)));
  clean(tree);
  return markdown.stringify(tree).trim() as SafeMarkdown;
}

/** Somebody's line as inline Markdown in which nothing has a special meaning. */
export function sanitizeInline(text: string, maximum: number): SafeMarkdown {
  const value = defang(prepare(clip(text, maximum)).replace(/\s+/g, " ").trim());
  const tree: Root = { type: "root", children: [{ type: "paragraph", children: [{ type: "text", value }] }] };
  return markdown.stringify(tree).trim().replaceAll("|", "\\|") as SafeMarkdown;
}

/** A path, a branch or a SHA as code; safe in a table's cell too. */
export function sanitizeCode(text: string, maximum: number): SafeMarkdown {
  const value = prepare(clip(text, maximum)).replace(/\s+/g, " ");
  const tree: Root = {
    type: "root",
    children: [{ type: "paragraph", children: [{ type: "inlineCode", value }] }],
  };
  return markdown.stringify(tree).trim().replaceAll("|", "\\|") as SafeMarkdown;
}

/** Somebody's line for a place without Markdown. */
export function sanitizeText(text: string, maximum: number): SafeText {
  return clip(defang(prepare(text).replace(/\s+/g, " ").trim()), maximum) as SafeText;
}

function prepare(text: string): string {
  return withoutSecrets(withoutInvisible(text));
}

function clip(text: string, maximum: number): string {
  if (text.length <= maximum) return text;
  return `${text.slice(0, maximum - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}

function clean(node: Nodes): void {
  if ("children" in node) {
    const parent = node;
    parent.children = parent.children.flatMap((child) => replace(child));
    for (const child of parent.children) clean(child);
  }
  if (node.type === "text") node.value = defang(node.value);
  if (node.type === "heading") {
    node.depth = Math.min(node.depth + HEADING_LEVELS_DOWN, HEADING_LEVEL_MAX) as typeof node.depth;
  }
}

/** What stands in a node's place: itself where it is harmless. */
function replace(node: RootContent): RootContent[] {
  switch (node.type) {
    case "html":
      return [asText(node.value)];
    case "image":
      return [asLink(node.url, node.alt || "image")];
    case "imageReference":
      return [asText(node.alt || "image")];
    case "linkReference":
      return node.children.flatMap(replace);
    case "link":
      return ADDRESS.test(node.url) ? [{ ...node, title: null }] : node.children.flatMap(replace);
    // Their targets are gone, or could be given a label that stands elsewhere in the description.
    case "definition":
    case "footnoteDefinition":
    case "footnoteReference":
      return [];
    case "code":
      return [{ ...node, meta: null, lang: node.lang?.replace(/[^\w+#.-]/g, "") ?? null }];
    default:
      return [node];
  }
}

function asText(value: string): PhrasingContent {
  return { type: "text", value };
}

function asLink(url: string, text: string): PhrasingContent {
  if (!ADDRESS.test(url)) return asText(text);
  return { type: "link", url, title: null, children: [asText(text)] } satisfies Link;
}
