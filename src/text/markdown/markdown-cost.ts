import { certainCode } from "./certain-code.ts";
import { clip } from "../clip.ts";

// What it costs to sanitize a mark, in plain letters; one letter takes about 0.4 µs. Each cost is measured with texts
// of only that mark, in the most expensive construct that uses it. `bench/describe.bench.ts` shows if one is too low.
const COSTS: Readonly<Record<string, number>> = {
  "\n": 80,
  "!": 4,
  "#": 100,
  "*": 155,
  _: 155,
  "~": 155,
  "`": 60,
  "[": 110,
  "]": 130,
  "^": 80,
  "<": 80,
  ">": 280,
  "|": 130,
  "@": 80,
  "&": 10,
  "\\": 20,
  "=": 40,
};
const LIST_MARKER = 180;
const INDENTATION = 60;
const LINK_TARGET = 130;
const ADDRESS = 320;

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
  let cost = text.length;
  for (const mark of parsedMarks(text)) cost += costOf(mark);
  return cost;
}

/** As much of a text as the limits allow, if possible up to the end of a line; an ellipsis shows that it was cut. */
export function readable(text: string, limits: ReadingLimits): string {
  const end = readableCharacters(text, limits);
  if (end === text.length) return text;
  return text[end] === "\n" ? `${text.slice(0, end)}\n\n…` : clip(text, end);
}

/** How many characters of a text the limits allow, if possible up to the end of a line. */
export function readableCharacters(text: string, { characters, cost }: ReadingLimits): number {
  const end = affordableCharacters(text.slice(0, characters), cost);
  if (end === text.length) return end;
  const lineEnd = text.lastIndexOf("\n", end);
  return lineEnd > end * (1 - LINE_END_SHARE) ? lineEnd : end;
}

function affordableCharacters(text: string, costMax: number): number {
  let marks = 0;
  for (const mark of parsedMarks(text)) {
    const cost = costOf(mark);
    if (mark.index + marks + cost > costMax) return Math.min(mark.index, Math.max(0, costMax - marks));
    marks += cost;
  }
  return Math.min(text.length, costMax - marks);
}

/** The marks of a text without those in fenced code, which nobody parses. */
function* parsedMarks(text: string): Generator<RegExpExecArray> {
  const code = certainCode(text);
  let next = 0;
  for (const mark of text.matchAll(MARK)) {
    while ((code[next]?.to ?? Infinity) <= mark.index) next++;
    if ((code[next]?.from ?? Infinity) > mark.index) yield mark;
  }
}

function costOf({ 0: mark, groups }: RegExpExecArray): number {
  if (groups?.["marker"] !== undefined) return LIST_MARKER;
  if (groups?.["indented"] !== undefined) return INDENTATION;
  if (groups?.["target"] !== undefined) return LINK_TARGET;
  return COSTS[mark] ?? ADDRESS;
}

/**
 * The Markdown parser's time grows with the square of these numbers. At these limits it takes about 0.1 s. For empty lines
 * and backticks it grows only linearly, but each costs as much as a hundred letters.
 */
const TANGLING: readonly (readonly [mark: RegExp, most: number])[] = [
  [/[*_~]/g, 1_500],
  [/\]/g, 2_000],
  [/\[/g, 8_000],
  // If an HTML declaration is never closed, the parser searches for its end up to the end of the paragraph.
  [/<[!?]/g, 50],
  [/^[ \t*+\d.)-]*>/gm, 1_000],
  [/\n[ \t]*(?=\n)/g, 1_000],
  [/`/g, 4_000],
];
const LINES_WITHOUT_BREAK_MAX = 1_000;
/** GitHub's limit for descriptions. */
const CHARACTERS_MAX = 65_536;
/** Lists and quotations that begin on one line. The parser's stack overflows at some thousands. */
const CONTAINERS_PER_LINE_MAX = 20;

/** No honest line is longer, because signals limit their lines. A longer one is not parsed. */
const LINE_CHARACTERS_MAX = 4_000;
/** A description may have hundreds of such lines. At this limit each takes some milliseconds. */
const LINE_MARKERS_MAX = 100;

const LINE_MARKER = /[*_~[\]<`]/g;
const CONTAINERS = new RegExp(
  String.raw`^(?:[ \t]*(?:>|(?:[*+-]|\d{1,9}[.)])[ \t]|\[\^[^\]\s]*\]:)){${CONTAINERS_PER_LINE_MAX + 1}}`,
  "m",
);

/**
 * Whether the Markdown parser would need too long for a text. Usual texts stay far below the limits; only hostile
 * texts exceed them. A text that is one fenced block is never tangled, because nothing in it is parsed.
 */
export function isTangled(text: string): boolean {
  if (isFencedBlock(text)) return false;
  return (
    text.length > CHARACTERS_MAX ||
    TANGLING.some(([mark, most]) => count(text, mark) > most) ||
    longestRun(text) > LINES_WITHOUT_BREAK_MAX ||
    CONTAINERS.test(text)
  );
}

/** The same for one line; a description may hold hundreds of them. A line that is one code span is never tangled. */
export function isTangledLine(line: string): boolean {
  if (isCodeSpan(line)) return false;
  return line.length > LINE_CHARACTERS_MAX || count(line, LINE_MARKER) > LINE_MARKERS_MAX || isTangled(line);
}

function isFencedBlock(text: string): boolean {
  const [first = "", ...others] = text.split("\n");
  const last = others.pop();
  return (
    /^`{3,}$/.test(first) && last === first && !others.some((line) => line.trimStart().startsWith(first))
  );
}

function isCodeSpan(line: string): boolean {
  const [run = ""] = /^`*/.exec(line) ?? [];
  return run !== "" && line.endsWith(run) && !line.slice(run.length, -run.length).includes(run);
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}

/** The largest number of lines in a row without an empty one. */
function longestRun(text: string): number {
  let longest = 0;
  let run = 0;
  for (const line of text.split("\n")) {
    run = line.trim() === "" ? 0 : run + 1;
    longest = Math.max(longest, run);
  }
  return longest;
}
