import type { Html, Link, Paragraph, Parents, PhrasingContent, RootContent } from "mdast";
import { toString } from "mdast-util-to-string";
import { allowedAddress, shownAddress } from "./addresses.ts";
import { inlineTag, splitDetails } from "./html-tags.ts";
import type { MarkdownPolicy } from "./policy.ts";
import { withoutSecrets } from "../secrets/without-secrets.ts";
import { marksAsCode } from "./verdict-marks.ts";

// Depth of nested lists and quotations: each line of the innermost one is written with the indentation of all of them.
const NESTING_MAX = 6;
// Depth of nested emphasis: the time to write it grows with the square of the depth.
const EMPHASIS_DEPTH_MAX = 4;

// GitHub draws code in these languages as a diagram, which may hold links and pictures:
// https://docs.github.com/en/get-started/writing-on-github/working-with-advanced-formatting/creating-diagrams
const DRAWN_LANGUAGES = new Set(["mermaid", "geojson", "topojson", "stl", "math"]);

/** The surroundings of a node. */
export interface Place {
  readonly policy: MarkdownPolicy;
  /** How many lists and quotations are around it. */
  readonly nesting: number;
  readonly emphasis: number;
  readonly inLink: boolean;
  readonly form: "blocks" | "line" | "plain";
  readonly byOwners: boolean;
  /** Whether the text at this place can't have a line end. */
  readonly oneLine: boolean;
}

/** What replaces a node: itself if it is harmless. The caller must still balance the tags. */
export function replace(node: RootContent, parent: Parents, place: Place): readonly RootContent[] {
  const unwrap = (children: readonly RootContent[]) =>
    children.flatMap((child) => replace(child, parent, place));
  switch (node.type) {
    case "html":
      return replaceHtml(node, parent, place);
    case "image":
      return linkOrCode(node.url, [asText(node.alt?.trim() || "image")], place);
    case "imageReference":
      return [asText(node.alt?.trim() || "image")];
    // Not turned into links: many short references to one long address would make the text too long.
    case "linkReference":
      return unwrap(node.children);
    case "link":
      return linkOrCode(node.url, unwrap(node.children), place, node);
    // Unchanged, its label could match a reference elsewhere in the description.
    case "definition":
      return [paragraph([asText(`[${node.label ?? node.identifier}]: `), ...addressOf(node.url, place)])];
    case "footnoteReference":
      return [asText(`[${node.label ?? node.identifier}]`)];
    case "footnoteDefinition":
      return [asBlock(`[${node.label ?? node.identifier}]`), ...unwrap(node.children)];
    case "break":
      return place.oneLine ? [asText(" ")] : [node];
    case "text":
      return place.form === "plain" ? marksAsCode(node.value) : [node];
    case "code":
      return [{ ...node, meta: null, lang: language(node.lang) }];
    case "emphasis":
    case "strong":
    case "delete":
      // The bot writes what kind of claim it is in bold.
      if (place.form === "plain" && node.type === "strong") return unwrap(node.children);
      return place.emphasis < EMPHASIS_DEPTH_MAX ? [node] : unwrap(node.children);
    case "blockquote":
      return place.nesting < NESTING_MAX ? [node] : unwrap(node.children);
    case "list":
      return place.nesting < NESTING_MAX ? [node] : unwrap(node.children.flatMap(({ children }) => children));
    default:
      return [node];
  }
}

function replaceHtml(node: Html, parent: Parents, { form }: Place): readonly RootContent[] {
  // In a list, the line after a tag is not always empty, and its text would become part of the HTML.
  if (parent.type === "root") return splitDetails(node, asBlock);
  if (holdsBlocks(parent)) return [asBlock(node.value)];
  const tag = inlineTag(node.value, form);
  return [tag === null ? asText(node.value) : { type: "html", value: tag }];
}

/** The link if it is allowed; else its words with the address as code, so that nothing is lost or hidden. */
function linkOrCode(
  url: string,
  words: readonly RootContent[],
  { policy, inLink }: Place,
  link?: Link,
): readonly RootContent[] {
  const allowed = inLink ? null : allowedAddress(url, policy);
  if (allowed !== null && !isMisleading(words, allowed)) {
    // If the link stays, its words are cleaned later, as its children.
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

/** Whether the words of a link show an address on another host than the link's own. */
function isMisleading(words: readonly RootContent[], address: string): boolean {
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
