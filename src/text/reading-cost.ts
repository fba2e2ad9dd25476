import { clip } from "./clip.ts";

// What it costs to sanitize a mark, in plain letters; one letter takes about 0.4 µs. Each cost is measured with texts
// of only that mark, in the most expensive construct that uses it. `bench/describe.bench.ts` shows if one is too low.
const COSTS: Readonly<Record<string, number>> = {
  "\n": 80,
  "!": 4,
  "#": 100,
  "*": 130,
  _: 130,
  "~": 130,
  "`": 60,
  "[": 60,
  "]": 130,
  "^": 80,
  "<": 80,
  ">": 150,
  "|": 130,
  "@": 80,
  "&": 10,
  "\\": 20,
  "=": 40,
};
const LIST_MARKER = 180;
const INDENTATION = 60;
const LINK_TARGET = 130;
const ADDRESS = 180;

const MARK =
  /[\n!#*_~`[\]^<>|@&\\=]|(?<marker>(?<=(?:[\s>]|^)(?:[-+]|\d{1,9}[.)]))(?=\s))|(?<indented>(?<=\n)[ \t])|(?<target>(?<=\])\()|:(?=\/\/)|(?<=\bwww)\.|\b(?:mailto|xmpp):/gi;

/** To cut a text between two lines, at most this share of it is given up. */
const LINE_END_SHARE = 0.1;

/** How much of a text is read: more of plain words than of dense Markdown, which takes much longer. */
export interface ReadingLimits {
  readonly characters: number;
  /** In plain letters. */
  readonly cost: number;
}

/** What it costs to sanitize a text, in plain letters. The time to compute it grows only with the text's length. */
export function readingCost(text: string): number {
  return [...text.matchAll(MARK)].reduce((cost, mark) => cost + costOf(mark), text.length);
}

/** As much of a text as the limits allow, if possible up to the end of a line; an ellipsis shows that it was cut. */
export function readable(text: string, { characters, cost }: ReadingLimits): string {
  const bounded = text.slice(0, characters);
  const end = affordableCharacters(bounded, cost);
  if (end === text.length) return text;
  const lineEnd = text.lastIndexOf("\n", end);
  if (lineEnd > end * (1 - LINE_END_SHARE)) return `${text.slice(0, lineEnd)}\n\n…`;
  return clip(text, end);
}

function affordableCharacters(text: string, costMax: number): number {
  let marks = 0;
  for (const mark of text.matchAll(MARK)) {
    const cost = costOf(mark);
    if (mark.index + marks + cost > costMax) return Math.min(mark.index, Math.max(0, costMax - marks));
    marks += cost;
  }
  return Math.min(text.length, costMax - marks);
}

function costOf({ 0: mark, groups }: RegExpExecArray): number {
  if (groups?.["marker"] !== undefined) return LIST_MARKER;
  if (groups?.["indented"] !== undefined) return INDENTATION;
  if (groups?.["target"] !== undefined) return LINK_TARGET;
  return COSTS[mark] ?? ADDRESS;
}
