import type { Html, RootContent } from "mdast";
import { clip } from "./clip.ts";
import { defangPlain } from "./defang.ts";
import { withoutSecrets } from "./secrets.ts";

/** Tags that only change how text looks, without attributes. */
const INLINE_TAG = /^<(\/?)(b|strong|i|em|code|kbd|sub|sup)\s*>$/i;
const LINE_BREAK = /^<br\s*\/?>$/i;

/** Even with character references, it stays below the number of characters that `DETAILS` reads. */
const SUMMARY_CHARACTERS_MAX = 100;
/** How deep they may be nested; deeper ones are shown as text. */
const DETAILS_DEPTH_MAX = 4;
const DETAILS =
  /(<details(?:\s{1,20}open(?:="")?)?\s{0,20}>)(?:\s{0,20}<summary>([^]{0,600}?)<\/summary>)?|<\/details\s{0,20}>/gi;
const TAG_IN_SUMMARY = /<\/?(?:b|strong|i|em|code|kbd|sub|sup)>/gi;

const DETAILS_END = "</details>";

/** A tag in its plain form, or `null` for anything that is not on the list. */
export function inlineTag(html: string): string | null {
  if (LINE_BREAK.test(html)) return "<br>";
  const [, slash, name] = INLINE_TAG.exec(html) ?? [];
  return name === undefined ? null : `<${slash}${name.toLowerCase()}>`;
}

/** Turns the tags of one line that have no partner into text. A closing tag belongs to the last opened one. */
export function balanceInline<T extends RootContent>(
  nodes: readonly T[],
  asText: (html: string) => T,
): readonly T[] {
  const paired = pairs(nodes.map((node) => (node.type === "html" ? node.value : null)));
  return nodes.map((node, index) =>
    node.type === "html" && node.value !== "<br>" && !paired.has(index) ? asText(node.value) : node,
  );
}

/** Positions of tags that have a partner. */
function pairs(tags: readonly (string | null)[]): ReadonlySet<number> {
  const paired = new Set<number>();
  const open: { readonly tag: string; readonly index: number }[] = [];
  for (const [index, tag] of tags.entries()) {
    if (tag === null || tag === "<br>") continue;
    if (!tag.startsWith("</")) {
      open.push({ tag, index });
      continue;
    }
    const last = open.at(-1);
    if (last?.tag !== tag.replace("/", "")) continue;
    open.pop();
    paired.add(last.index).add(index);
  }
  return paired;
}

/**
 * Splits a block of HTML: `<details>` with its `<summary>`, and `</details>`, become blocks of their own, and
 * everything between them becomes text. Each block ends at the empty line after it, so Markdown works again there.
 */
export function splitDetails(
  { value }: Html,
  asBlock: (text: string) => RootContent,
): readonly RootContent[] {
  const parts: RootContent[] = [];
  let read = 0;
  const addText = (text: string) => {
    if (text.trim() !== "") parts.push(asBlock(text.trim()));
  };
  for (const match of value.matchAll(DETAILS)) {
    addText(value.slice(read, match.index));
    read = match.index + match[0].length;
    const html = match[1] === undefined ? DETAILS_END : detailsStart(match[2]);
    parts.push({ type: "html", value: html });
  }
  addText(value.slice(read));
  return parts;
}

/** Turns every `<details>` without a partner into text: an open one would swallow everything after it. */
export function balanceDetails(
  nodes: readonly RootContent[],
  asBlock: (text: string) => RootContent,
): readonly RootContent[] {
  const paired = pairs(nodes.map(detailsTag));
  let depth = 0;
  return nodes.map((node, index) => {
    if (node.type !== "html") return node;
    if (!paired.has(index)) return asBlock(node.value);
    const ends = node.value === DETAILS_END;
    if (ends) depth--;
    const tooDeep = depth >= DETAILS_DEPTH_MAX;
    if (!ends) depth++;
    return tooDeep ? asBlock(node.value) : node;
  });
}

function detailsTag(node: RootContent): string | null {
  if (node.type !== "html") return null;
  return node.value === DETAILS_END ? DETAILS_END : "<details>";
}

function detailsStart(summary: string | undefined): string {
  const words = withoutSecrets(fromHtml(summary?.replace(TAG_IN_SUMMARY, "") ?? "")).replaceAll(/\s+/g, " ");
  if (words.trim() === "") return "<details>";
  return `<details>\n<summary>${toHtml(defangPlain(clip(words.trim(), SUMMARY_CHARACTERS_MAX)))}</summary>`;
}

// Only these references are decoded. Any other, such as that of `@`, is shown as written.
function fromHtml(html: string): string {
  return html.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

/** HTML has no Markdown escapes and no code spans, so all text is escaped as plain text. */
function toHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
