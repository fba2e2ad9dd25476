import type { MarkdownPolicy } from "../../text/policy.ts";
import { needsProof } from "../../text/github-rendering.ts";
import { readable, readingCost, type ReadingLimits } from "../../text/markdown-cost.ts";
import { ownWords, type SafeMarkdown } from "../../text/safe.ts";
import { sanitizeCode, sanitizeInline, sanitizeMarkdown } from "../../text/sanitize.ts";

const LINE_CHARACTERS_MAX = 500;
const NAME_CHARACTERS_MAX = 60;
const CODE_CHARACTERS_MAX = 200;

const MARKUP = /[*_~`[\]<>&|\\]/g;
/** One character in this many at most is markup, in a line of people's. */
const CHARACTERS_PER_MARKUP_MIN = 6;
const MARKUP_ALWAYS_READ = 24;
/** In plain letters. */
const LINE_COST_MAX = 8_000;
/** What each line costs besides its text. */
const LINE_COST = 250;

/** Stands for a text of nothing but characters that can't be seen. */
const NOTHING_VISIBLE = ownWords("…");

/** Others' words, fit to be shown in one repository's pull requests. */
export interface Wording {
  readonly markdown: (text: string, limits: ReadingLimits) => SafeMarkdown;
  /** A line, also in a table's cell; never empty. */
  readonly line: (text: string) => SafeMarkdown;
  readonly name: (text: string) => SafeMarkdown;
  /** A path, a branch or the name of a check. */
  readonly code: (text: string) => SafeMarkdown;
}

/** @param onProvable called where only GitHub's own rendering can tell that nothing in a text is live */
export function wordingFor(policy: MarkdownPolicy, onProvable: () => void = () => {}): Wording {
  const noted = (text: SafeMarkdown): SafeMarkdown => {
    if (needsProof(text)) onProvable();
    return text;
  };
  const inline = (text: string, charactersMax: number) =>
    isBusy(text, charactersMax)
      ? sanitizeCode(text, charactersMax)
      : noted(sanitizeInline(text, charactersMax, policy)) || NOTHING_VISIBLE;
  return {
    markdown: (text, limits) => {
      const read = readable(text, limits);
      return noted(sanitizeMarkdown(read, read.length, policy));
    },
    line: (text) => inline(text, LINE_CHARACTERS_MAX),
    name: (text) => inline(text, NAME_CHARACTERS_MAX),
    code: (text) => sanitizeCode(text, CODE_CHARACTERS_MAX),
  };
}

/** A line of little but markup is nothing to be read as such, and takes long to be made safe: it is shown as code. */
function isBusy(text: string, charactersMax: number): boolean {
  const read = text.slice(0, charactersMax);
  const markup = read.match(MARKUP)?.length ?? 0;
  const isDense = markup > Math.max(MARKUP_ALWAYS_READ, read.length / CHARACTERS_PER_MARKUP_MIN);
  return isDense || readingCost(read) > LINE_COST_MAX;
}

/** How much of a line is read, and what that costs: at most a few thousand plain letters. */
export function readingOfLine(text: string): ReadingLimits {
  const read = text.slice(0, LINE_CHARACTERS_MAX);
  const cost = LINE_COST + (isBusy(read, LINE_CHARACTERS_MAX) ? read.length : readingCost(read));
  return { characters: read.length, cost };
}
