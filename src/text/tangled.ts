// The Markdown parser's time grows with the square of these numbers. At these limits it takes about 0.1 s.
const EMPHASIS_MARKERS_MAX = 1_500;
const CLOSING_BRACKETS_MAX = 2_000;
const OPENING_BRACKETS_MAX = 8_000;
const HTML_DECLARATIONS_MAX = 50;
const QUOTED_LINES_MAX = 1_000;
const LINES_WITHOUT_BREAK_MAX = 1_000;
/** Here the time grows only linearly, but each costs as much as a hundred letters. */
const EMPTY_LINES_MAX = 1_000;
const BACKTICKS_MAX = 4_000;
/** GitHub's limit for descriptions. */
const CHARACTERS_MAX = 65_536;
/** Lists and quotations that begin on one line. The parser's stack overflows at some thousands. */
const CONTAINERS_PER_LINE_MAX = 20;

/** No honest line is longer, because signals limit their lines. A longer one is not parsed. */
const LINE_CHARACTERS_MAX = 4_000;
/** A description may have hundreds of such lines. At this limit each takes some milliseconds. */
const LINE_MARKERS_MAX = 100;

const EMPHASIS_MARKER = /[*_~]/g;
const CLOSING_BRACKET = /\]/g;
const OPENING_BRACKET = /\[/g;
const BACKTICK = /`/g;
/** If one is never closed, the parser searches for its end up to the end of the paragraph. */
const HTML_DECLARATION = /<[!?]/g;
const LINE_MARKER = /[*_~[\]<`]/g;
const EMPTY_LINE = /\n[ \t]*(?=\n)/g;
const QUOTED_LINE = /^[ \t*+\d.)-]*>/gm;
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
    count(text, BACKTICK) > BACKTICKS_MAX ||
    count(text, OPENING_BRACKET) > OPENING_BRACKETS_MAX ||
    count(text, EMPHASIS_MARKER) > EMPHASIS_MARKERS_MAX ||
    count(text, CLOSING_BRACKET) > CLOSING_BRACKETS_MAX ||
    count(text, HTML_DECLARATION) > HTML_DECLARATIONS_MAX ||
    count(text, QUOTED_LINE) > QUOTED_LINES_MAX ||
    count(text, EMPTY_LINE) > EMPTY_LINES_MAX ||
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
