import type { Nodes, Parents } from "mdast";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import { unified } from "unified";

const parser = unified().use(remarkParse).use(remarkGfm);

// As GitHub's mention filter finds them, but for what may stand before: any character that is no word's.
const MENTION = /(?:^|\W)@[a-z0-9]/i;
const CLOSING_REFERENCE =
  /(?:^|[^a-z0-9])(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?)\s*:?\s*(?:#\d|GH-\d|[\w.-]+\/[\w.-]+#\d|https?:\/\/\S+\/issues\/\d)/i;
const FOREIGN_REFERENCE = /[\w.-]\/[\w.-]{1,100}#\d/;
const HARMLESS_ADDRESS = /^(?:https?:\/\/|mailto:)/i;
const FOREIGN_ISSUE = /^https?:\/\/(?:www\.)?github\.com\/[^/]+\/[^/]+\/(?:issues|pull|discussions)\/\d/i;

/** What GitHub would act on in a text if it rendered it, by parsing it anew; none where it is safe. */
export function liveParts(markdown: string): string[] {
  return visit(parser.parse(markdown));
}

function visit(node: Nodes): string[] {
  const own = judge(node);
  return "children" in node ? [...own, ...judgeLine(node), ...node.children.flatMap(visit)] : own;
}

function judge(node: Nodes): string[] {
  switch (node.type) {
    case "html":
      return [`html ${node.value}`];
    case "image":
    case "imageReference":
      return [`image ${node.alt}`];
    case "definition":
    case "footnoteDefinition":
      return [`${node.type} ${node.identifier}`];
    case "link":
      if (!HARMLESS_ADDRESS.test(node.url)) return [`address ${node.url}`];
      return FOREIGN_ISSUE.test(node.url) ? [`foreign issue ${node.url}`] : [];
    case "text":
      return [
        ...(MENTION.test(node.value) ? [`mention ${node.value}`] : []),
        ...(FOREIGN_REFERENCE.test(node.value) ? [`foreign reference ${node.value}`] : []),
      ];
    case "heading":
      return node.depth < 3 ? [`heading ${node.depth}`] : [];
    default:
      return [];
  }
}

/** A keyword and its reference may stand in different nodes of one line, such as `**fixes** #1`. */
function judgeLine(node: Parents): string[] {
  if (node.type !== "paragraph" && node.type !== "heading" && node.type !== "tableCell") return [];
  const line = plainText(node);
  return CLOSING_REFERENCE.test(line) ? [`closing ${line}`] : [];
}

/** The text that a reader sees; code is a gap that no reference reaches over. */
function plainText(node: Nodes): string {
  if (node.type === "text") return node.value;
  if (node.type === "break") return "\n";
  return "children" in node ? node.children.map(plainText).join("") : " · ";
}

/** The text that a reader of Markdown sees, without what can't be seen. */
export function readText(markdown: string): string {
  return plainText(parser.parse(markdown)).replaceAll("\u200b", "");
}
