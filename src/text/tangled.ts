// The Markdown parser takes time that grows with the square of these; at these numbers it is about 0.1 s.
const EMPHASIS_MARKERS_MAX = 1_500;
const CLOSING_BRACKETS_MAX = 2_000;
const OPENING_BRACKETS_MAX = 8_000;
const HTML_DECLARATIONS_MAX = 50;
const QUOTED_LINES_MAX = 1_000;
const LINES_WITHOUT_BREAK_MAX = 1_000;
/** Of these the time is only in proportion, but each costs as much as a hundred letters. */
const EMPTY_LINES_MAX = 1_000;
const BACKTICKS_MAX = 4_000;
/** GitHub takes no description that is longer. */
const CHARACTERS_MAX = 65_536;
/** Lists and quotations that begin on one line; the parser's stack ends at some thousands. */
const CONTAINERS_PER_LINE_MAX = 20;

/** A line that is longer than a signal's may be is somebody's mischief, and not worth parsing. */
const LINE_CHARACTERS_MAX = 4_000;
/** Of a description's hundreds of lines each may be such a one: at this number it takes some milliseconds. */
const LINE_MARKERS_MAX = 100;

const EMPHASIS_MARKER = /[*_~]/g;
const CLOSING_BRACKET = /\]/g;
const OPENING_BRACKET = /\[/g;
const BACKTICK = /`/g;
/** Each that is never closed is looked for up to the end of the paragraph. */
const HTML_DECLARATION = /<[!?]/g;
const LINE_MARKER = /[*_~[\]<`]/g;
const EMPTY_LINE = /\n[ \t]*(?=\n)/g;
const QUOTED_LINE = /^[ \t*+\d.)-]*>/gm;
const CONTAINERS = new RegExp(
  String.raw`^(?:[ \t]*(?:>|(?:[*+-]|\d{1,9}[.)])[ \t]|\[\^[^\]\s]*\]:)){${CONTAINERS_PER_LINE_MAX + 1}}`,
  "m",
);

/**
 * Whether a text would keep the Markdown parser busy for longer than a reader of it is worth. People's texts stay
 * far below; those that do not are made to. One whole fenced block is never tangled: there is nothing in it to parse.
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

/** The same of one line, of which a description may hold hundreds. One whole code span is never tangled. */
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

/** The most lines that follow each other without an empty one. */
function longestRun(text: string): number {
  let longest = 0;
  let run = 0;
  for (const line of text.split("\n")) {
    run = line.trim() === "" ? 0 : run + 1;
    longest = Math.max(longest, run);
  }
  return longest;
}
