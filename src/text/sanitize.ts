import type { Root, RootContent } from "mdast";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import remarkStringify, { type Options } from "remark-stringify";
import { unified } from "unified";
import { cleanTree } from "./clean-tree.ts";
import { defang, withoutOwnComments, withoutSecrets } from "./defang.ts";
import { withoutInvisible } from "./invisible.ts";
import type { SafeMarkdown, SafeText } from "./safe.ts";
import { isTangled } from "./tangled.ts";

const OUTSIDE_OF_LINKS = {
  inConstruct: "phrasing",
  notInConstruct: ["autolink", "link", "image", "label"],
} satisfies Partial<NonNullable<Options["unsafe"]>[number]>;
const markdown = unified()
  .use(remarkParse)
  // Cells padded to one width would make a table as large as its widest cell times its rows.
  .use(remarkGfm, { tablePipeAlign: false })
  .use(remarkStringify, {
    bullet: "-",
    rule: "-",
    // `<a@b_c.d>` would be no link any more where it is read again; the long form always is.
    resourceLink: true,
    // remark-gfm escapes what would begin an address, unless what follows is escaped or broken itself; the parser
    // then takes the backslash for a part of the address.
    unsafe: [
      { character: ".", before: "(?<![A-Za-z0-9])[Ww]{3}", ...OUTSIDE_OF_LINKS },
      { character: "@", before: "[+\\-.\\w]", ...OUTSIDE_OF_LINKS },
    ],
  });

// What is taken apart in one pass may be put together anew: an address in what was HTML becomes a link.
const PASSES_MAX = 3;
/** A line that is longer than a signal's may be is somebody's mischief, and not worth parsing. */
const LINE_CHARACTERS_MAX = 4_000;

/**
 * Makes somebody's Markdown fit to be sent: the formatting stays; mentions, closing keywords, references to
 * other repositories, HTML, images, addresses other than http(s) and mail, invisible characters, tokens and
 * comments that imitate the bot's lose their effect. Works on the syntax tree, since code spans and fences can't
 * be told by regular expressions. A text that is too tangled to be parsed in good time comes out as a block of code.
 *
 * @param maximum characters of the input that are read; what is beyond is cut, and an ellipsis says so
 * @returns at most 40 times as many characters as are read, and 100
 */
export function sanitizeMarkdown(text: string, maximum: number): SafeMarkdown {
  let clean = prepare(clip(text, maximum));
  if (isTangled(clean)) return write([{ type: "code", value: clean }]);
  for (let pass = 1; pass <= PASSES_MAX; pass++) {
    const tree = markdown.parse(prepare(clean));
    const changed = cleanTree(tree);
    clean = write(tree.children);
    if (!changed) break;
  }
  return clean as SafeMarkdown;
}

/**
 * Somebody's line as inline Markdown: code, emphasis and links stay, as in `sanitizeMarkdown`; a line that would
 * begin a list, a heading or anything else than a paragraph is taken as plain text. Safe in a table's cell too.
 */
export function sanitizeInline(text: string, maximum: number): SafeMarkdown {
  const line = oneLine(clip(text, maximum));
  return forTable(isParagraph(line) ? sanitizeMarkdown(line, line.length) : writeText(line));
}

/** A path, a branch or a SHA as code, for a table's cell; `�` where nothing of it can be seen. */
export function sanitizeCode(text: string, maximum: number): SafeMarkdown {
  // A backslash before a pipe would undo the escape that keeps the pipe in its cell.
  const value = (oneLine(clip(text, maximum)) || "\ufffd").replaceAll("\\|", "\\\u200b|");
  return forTable(write([{ type: "paragraph", children: [{ type: "inlineCode", value }] }]));
}

/** Somebody's line for a place without Markdown. */
export function sanitizeText(text: string, maximum: number): SafeText {
  return clip(defang(oneLine(text)), maximum) as SafeText;
}

function isParagraph(line: string): boolean {
  if (line.length > LINE_CHARACTERS_MAX || isTangled(line)) return false;
  const [only, ...others] = markdown.parse(line).children;
  return others.length === 0 && only?.type === "paragraph";
}

function writeText(line: string): SafeMarkdown {
  return write([{ type: "paragraph", children: [{ type: "text", value: defang(line) }] }]);
}

function prepare(text: string): string {
  return withoutSecrets(withoutInvisible(text));
}

function oneLine(text: string): string {
  return prepare(text).replace(/\s+/g, " ").trim();
}

function clip(text: string, maximum: number): string {
  if (text.length <= maximum) return text;
  return `${text.slice(0, Math.max(0, maximum - 1)).replace(/[\ud800-\udbff\u200b]$/, "")}…`;
}

function write(children: RootContent[]): SafeMarkdown {
  const root: Root = { type: "root", children };
  return withoutOwnComments(markdown.stringify(root).replace(/\n$/, "")) as SafeMarkdown;
}

function forTable(inline: SafeMarkdown): SafeMarkdown {
  return inline.replaceAll(/(?<!\\)((?:\\\\)*)\|/g, "$1\\|") as SafeMarkdown;
}
