import type { Html, Nodes } from "mdast";

/** Elements whose text the author does not say, or not as a text. GitHub removes some of the tags and shows the text. */
const QUOTING = new Set(
  [
    "blockquote q code pre samp kbd tt var xmp listing plaintext table math svg del s strike",
    "textarea title script style template noscript iframe select",
  ].flatMap((names) => names.split(" ")),
);
/** Comments and tags, as HTML reads them. One that does not end in `>` is never closed. */
const MARKUP =
  /<!--(?:-?>|[^]*?(?:--!?>|$))|<[!?][^>]*>?|<(\/?)([a-z][^\s/>]*)(?:"[^"]*"|'[^']*'|[^"'>])*>?/gi;
/** Blocks of Markdown in which a closing tag closes no element outside of them. */
const CONTAINERS = new Set<Nodes["type"]>(["blockquote", "listItem", "table", "footnoteDefinition"]);
const FORMULA_MARK = /(?<!\\)\$\$/g;
const FORMULA_IN_PARAGRAPH = /(?<![\\$\w])\$(?=[^\s$])[^$]*[^\s$\\]\$(?![\w$])/g;
const UNFINISHED = "unfinished";

/** How many elements of each name are open. */
type Open = Map<string, number>;

/**
 * The places of a text that are inside an HTML element that quotes, such as `<blockquote>` or `<code>`, or in a formula.
 * An element that is never closed holds everything after it, and so does a tag that never ends.
 * https://docs.github.com/en/get-started/writing-on-github/working-with-advanced-formatting/writing-mathematical-expressions
 *
 * @returns one number for each character of the source: 1 if it is inside, otherwise 0
 */
export function quotedPlaces(tree: Nodes, source: string): Uint8Array {
  const quoted = new Uint8Array(source.length);
  const formulaMarks: number[] = [];
  let quotedFrom: number | null = null;
  let openCount = 0;
  const visit = (node: Nodes, open: Open): void => {
    const { from, to } = rangeOf(node);
    if (node.type === "html") {
      openCount += openAndClose(node, open);
      if (openCount > 0) quotedFrom ??= from;
      else if (quotedFrom !== null) {
        quoted.fill(1, quotedFrom, to);
        quotedFrom = null;
      }
    } else if (node.type === "text") {
      formulaMarks.push(...placesOf(FORMULA_MARK, source.slice(from, to)).map((place) => from + place.from));
    } else if ("children" in node) {
      if (node.type === "paragraph") {
        for (const formula of placesOf(FORMULA_IN_PARAGRAPH, source.slice(from, to)))
          quoted.fill(1, from + formula.from, from + formula.to);
      }
      const inside: Open = CONTAINERS.has(node.type) ? new Map<string, number>() : open;
      for (const child of node.children) visit(child, inside);
      if (inside !== open) for (const [name, count] of inside) add(open, name, count);
    }
  };
  visit(tree, new Map());
  if (quotedFrom !== null) quoted.fill(1, quotedFrom);
  for (let mark = 1; mark < formulaMarks.length; mark += 2)
    quoted.fill(1, formulaMarks[mark - 1], formulaMarks[mark]);
  return quoted;
}

/** Notes the quoting elements that a piece of HTML opens and closes; returns how many more are open after it. */
function openAndClose({ value }: Html, open: Open): number {
  let more = 0;
  const count = (name: string, by: 1 | -1) => {
    if (by === -1 && !open.get(name)) return;
    add(open, name, by);
    more += by;
  };
  for (const [markup, slash, name] of value.matchAll(MARKUP)) {
    if (!markup.endsWith(">")) count(UNFINISHED, 1);
    else if (name !== undefined && QUOTING.has(name.toLowerCase())) count(name.toLowerCase(), slash ? -1 : 1);
  }
  return more;
}

function add(open: Open, name: string, count: number): void {
  open.set(name, (open.get(name) ?? 0) + count);
}

function placesOf(pattern: RegExp, text: string): readonly { readonly from: number; readonly to: number }[] {
  return [...text.matchAll(pattern)].map(({ 0: found, index }) => ({
    from: index,
    to: index + found.length,
  }));
}

/** Where a node is in the source. One that the parser found afterwards, such as an e-mail address, has no range. */
export function rangeOf({ position }: Nodes): { readonly from: number; readonly to: number } {
  return { from: position?.start.offset ?? 0, to: position?.end.offset ?? 0 };
}
