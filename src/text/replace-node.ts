import type { Html, Link, Paragraph, Parents, PhrasingContent, RootContent } from "mdast";
import { toString } from "mdast-util-to-string";
import { allowedAddress, shownAddress } from "./addresses.ts";
import { inlineTag, splitDetails } from "./html-tags.ts";
import type { MarkdownPolicy } from "./policy.ts";
import { withoutSecrets } from "./secrets.ts";

// Lists and quotations inside of each other: a line that continues the innermost is written with the indentation of all.
const NESTING_MAX = 6;
// Emphasis inside of emphasis: writing it takes time that grows with the square of its depth.
const EMPHASIS_DEPTH_MAX = 4;

// GitHub draws these instead of showing them, and what is drawn may hold links and pictures:
// https://docs.github.com/en/get-started/writing-on-github/working-with-advanced-formatting/creating-diagrams
const DRAWN_LANGUAGES = new Set(["mermaid", "geojson", "topojson", "stl", "math"]);

/** What a node stands in. */
export interface Place {
  readonly policy: MarkdownPolicy;
  /** Lists and quotations around it. */
  readonly nesting: number;
  readonly emphasis: number;
  readonly inLink: boolean;
}

/** What stands in a node's place: itself where it is harmless. Tags are still to be balanced. */
export function replace(node: RootContent, parent: Parents, place: Place): readonly RootContent[] {
  const unwrap = (children: readonly RootContent[]) =>
    children.flatMap((child) => replace(child, parent, place));
  switch (node.type) {
    case "html":
      return replaceHtml(node, parent);
    case "image":
      return linkOrCode(node.url, [asText(node.alt?.trim() || "image")], place);
    case "imageReference":
      return [asText(node.alt?.trim() || "image")];
    // Not made into links: a short reference may be repeated more often than a long address would fit.
    case "linkReference":
      return unwrap(node.children);
    case "link":
      return linkOrCode(node.url, unwrap(node.children), place, node);
    // Left as it is, its target could be given a label that stands elsewhere in the description.
    case "definition":
      return [paragraph([asText(`[${node.label ?? node.identifier}]: `), ...addressOf(node.url, place)])];
    case "footnoteReference":
      return [asText(`[${node.label ?? node.identifier}]`)];
    case "footnoteDefinition":
      return [asBlock(`[${node.label ?? node.identifier}]`), ...unwrap(node.children)];
    // A heading is written on one line.
    case "break":
      return parent.type === "heading" ? [asText(" ")] : [node];
    case "code":
      return [{ ...node, meta: null, lang: language(node.lang) }];
    case "emphasis":
    case "strong":
    case "delete":
      return place.emphasis < EMPHASIS_DEPTH_MAX ? [node] : unwrap(node.children);
    case "blockquote":
      return place.nesting < NESTING_MAX ? [node] : unwrap(node.children);
    case "list":
      return place.nesting < NESTING_MAX ? [node] : unwrap(node.children.flatMap(({ children }) => children));
    default:
      return [node];
  }
}

function replaceHtml(node: Html, parent: Parents): readonly RootContent[] {
  // In a list, the line behind a tag is not always empty, and what stands there would be a part of the HTML.
  if (parent.type === "root") return splitDetails(node, asBlock);
  if (holdsBlocks(parent)) return [asBlock(node.value)];
  const tag = inlineTag(node.value);
  return [tag === null ? asText(node.value) : { type: "html", value: tag }];
}

/** A link that is allowed; else its words, and the address as code: nothing is lost, and nobody is led astray. */
function linkOrCode(
  url: string,
  words: readonly RootContent[],
  { policy, inLink }: Place,
  link?: Link,
): readonly RootContent[] {
  const allowed = inLink ? null : allowedAddress(url, policy);
  if (allowed !== null && !pretends(words, allowed)) {
    // The words of a link that stays are looked at with the link's own children.
    return [{ type: "link", url: allowed, title: null, children: link?.children ?? phrasing(words) }];
  }
  const text = words.map((node) => toString(node)).join("");
  if (inLink || url === "" || url.startsWith("#")) return words;
  const code = asCode(shownAddress(url));
  if (text === url || url === `http://${text}`) return [code];
  return [...words, asText(" ("), code, asText(")")];
}

function addressOf(url: string, place: Place): readonly PhrasingContent[] {
  return url === "" ? [] : phrasing(linkOrCode(url, [asText(url)], place));
}

/** Whether the words of a link are themselves an address, of another host than it leads to. */
function pretends(words: readonly RootContent[], address: string): boolean {
  const text = words
    .map((node) => toString(node))
    .join("")
    .replaceAll("\u200b", "")
    .trim();
  const shown = URL.parse(/^www\./i.test(text) ? `https://${text}` : text);
  if (shown === null || shown.host === "") return false;
  const host = (name: string) => name.replace(/^(?:www|redirect)\./, "");
  return host(shown.host) !== host(new URL(address).host);
}

function language(word: string | null | undefined): string | null {
  const name = withoutSecrets(word ?? "").replace(/[^\w+#.-]/g, "");
  return name === "" || DRAWN_LANGUAGES.has(name.toLowerCase()) ? null : name;
}

export function isEmphasis(node: Parents): boolean {
  return node.type === "emphasis" || node.type === "strong" || node.type === "delete";
}

export function holdsBlocks(node: Parents): boolean {
  return ["root", "blockquote", "list", "listItem", "table", "tableRow"].includes(node.type);
}

export function asText(value: string): PhrasingContent {
  return { type: "text", value };
}

export function asBlock(value: string): Paragraph {
  return paragraph([asText(value.replaceAll(/\n\s*\n/g, "\n"))]);
}

function asCode(value: string): PhrasingContent {
  return { type: "inlineCode", value };
}

function paragraph(children: PhrasingContent[]): Paragraph {
  return { type: "paragraph", children };
}

function phrasing(nodes: readonly RootContent[]): PhrasingContent[] {
  return nodes.filter((node) => isPhrasing(node));
}

function isPhrasing(node: RootContent): node is PhrasingContent {
  return ["text", "inlineCode", "link", "html", "emphasis", "strong", "delete", "break"].includes(node.type);
}
