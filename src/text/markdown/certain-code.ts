/** A part of a text, in characters. */
interface Range {
  readonly from: number;
  readonly to: number;
}

interface Fence {
  readonly mark: string;
  readonly indentation: number;
  readonly from: number;
}

const LINE = /([^\r\n\u2028\u2029]*)(?:\r\n?|[\n\u2028\u2029]|$)/y;
const FENCE = /^( {0,3})(?:(`{3,})[^`]*|(~{3,}).*)$/;
const FENCE_ANYWHERE = /^[^\p{L}]*(?:`{3}|~{3})/u;
const FENCE_END = /^( *)(`{3,}|~{3,})[ \t]*$/;
/** A line of HTML that may go on up to the next empty line. */
const HTML = /^[^\p{L}]*</u;
/** HTML that may go on beyond an empty line. https://spec.commonmark.org/0.31.2/#html-blocks */
const LONG_HTML = /<(?:[!?]|(?:pre|script|style|textarea)(?![a-z]))/i;

/**
 * The parts of a text that are surely inside fenced code, in order. It reads lines only, because parsing is what it saves:
 * after the first place where lists, quotations or HTML could change what a fence means, it finds no more.
 */
export function certainCode(text: string): readonly Range[] {
  const found: Range[] = [];
  let fence: Fence | null = null;
  let inHtml = false;
  for (const { line, from, to } of linesOf(text)) {
    if (fence !== null) {
      const end = endOf(fence, line);
      if (end === "none") continue;
      found.push({ from: fence.from, to: from });
      if (end === "unsure") return found;
      fence = null;
      continue;
    }
    inHtml = line.trim() !== "" && (inHtml || HTML.test(line));
    fence = fenceFrom(line, to);
    if (LONG_HTML.test(line) || (FENCE_ANYWHERE.test(line) && (inHtml || fence === null))) return found;
  }
  if (fence !== null) found.push({ from: fence.from, to: text.length });
  return found;
}

function* linesOf(text: string): Generator<Range & { readonly line: string }> {
  for (let from = 0; from < text.length;) {
    LINE.lastIndex = from;
    const [whole = "", line = ""] = LINE.exec(text) ?? [];
    yield { line, from, to: from + whole.length };
    from += whole.length;
  }
}

function fenceFrom(line: string, from: number): Fence | null {
  const [, before = "", backticks, tildes] = FENCE.exec(line) ?? [];
  const mark = backticks ?? tildes;
  return mark === undefined ? null : { mark, indentation: before.length, from };
}

/** An indented fence may be in a list, which a line that is indented less ends. */
function endOf({ mark, indentation }: Fence, line: string): "none" | "sure" | "unsure" {
  const [, before = "", end = ""] = FENCE_END.exec(line) ?? [];
  if (end.startsWith(mark) && before.length <= indentation + 3) {
    return indentation === 0 || before.length === indentation ? "sure" : "unsure";
  }
  return line.trim() !== "" && line.search(/[^ ]/) < indentation ? "unsure" : "none";
}
