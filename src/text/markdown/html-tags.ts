import type { Html, RootContent } from "mdast";
import { toString } from "mdast-util-to-string";
import { clip } from "../clip.ts";
import { defangPlain } from "./defang.ts";
import { withoutSecrets } from "../secrets/without-secrets.ts";

/** Tags that only change how text looks, without attributes. */
const INLINE_TAG = /^<(\/?)(b|strong|i|em|code|kbd|sub|sup)\s*>$/i;
const SMALL: ReadonlySet<string> = new Set(["sub", "sup"]);
const BOLD: ReadonlySet<string> = new Set(["b", "strong"]);
// The blank of Braille looks like a space.
const BEHIND_A_WORD = /[^\s\u2800]$/;
const ONE_WORD = /^[^\s\u2800]{0,20}$/;
const LINE_BREAK = /^<br\s*\/?>$/i;

/** Even with character references, it stays below the number of characters that `DETAILS` reads. */
const SUMMARY_CHARACTERS_MAX = 100;
/** How deep they may be nested; deeper ones are shown as text. */
const DETAILS_DEPTH_MAX = 4;
const DETAILS =
  /(<details(?:\s{1,20}open(?:="")?)?\s{0,20}>)(?:\s{0,20}<summary>([^]{0,600}?)<\/summary>)?|<\/details\s{0,20}>/gi;
const TAG_IN_SUMMARY = /<\/?(?:b|strong|i|em|code|kbd|sub|sup)>/gi;

const DETAILS_END = "</details>";

/**
 * A tag in its plain form, or `null` for anything that is not on the list. The bot's verdict on a claim is a second line
 * in small print, so a line of others has neither line breaks nor small print.
 */
export function inlineTag(html: string, form: "blocks" | "line" | "plain"): string | null {
  if (LINE_BREAK.test(html)) return form === "blocks" ? "<br>" : null;
  const [, slash, word] = INLINE_TAG.exec(html) ?? [];
  const name = word?.toLowerCase();
  if (name === undefined || (form !== "blocks" && SMALL.has(name))) return null;
  return form === "plain" && BOLD.has(name) ? null : `<${slash}${name}>`;
}

/** Turns the tags of one line that have no partner into text. A closing tag belongs to the last opened one. */
export function balanceInline<T extends RootContent>(
  nodes: readonly T[],
  asText: (html: string) => T,
  { byOwners }: { readonly byOwners: boolean },
): readonly T[] {
  const paired = new Set<number>();
  for (const [start, end] of pairs(nodes.map((node) => (node.type === "html" ? node.value : null)))) {
    if (byOwners || !isSmall(nodes[start]) || isAttached(nodes, { start, end })) paired.add(start).add(end);
  }
  return nodes.map((node, index) =>
    node.type === "html" && node.value !== "<br>" && !paired.has(index) ? asText(node.value) : node,
  );
}

function isSmall(node: RootContent | undefined): boolean {
  return node?.type === "html" && SMALL.has(node.value.slice(1, -1));
}

/** Whether a pair of tags holds an index or an exponent: a few characters right behind others, as in H<sub>2</sub>O. */
function isAttached(
  nodes: readonly RootContent[],
  { start, end }: { readonly start: number; readonly end: number },
): boolean {
  const before = nodes[start - 1];
  const words = nodes.slice(start + 1, end).map((node) => (node.type === "html" ? "" : toString(node)));
  if (before === undefined || before.type === "html") return false;
  return BEHIND_A_WORD.test(toString(before)) && ONE_WORD.test(words.join(""));
}

/** Positions of tags that have a partner, and of the partner. */
function pairs(tags: readonly (string | null)[]): ReadonlyMap<number, number> {
  const paired = new Map<number, number>();
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
    paired.set(last.index, index);
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
  const paired = new Set([...pairs(nodes.map(detailsTag))].flat());
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
