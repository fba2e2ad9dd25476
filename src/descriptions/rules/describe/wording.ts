import type { MarkdownPolicy } from "../../../text/markdown/policy.ts";
import { needsProof } from "../../../text/markdown/github-rendering.ts";
import { readable, readingCost, type ReadingLimits } from "../../../text/markdown/markdown-cost.ts";
import { ownWords, type SafeMarkdown } from "../../../text/safe.ts";
import { sanitizeCode, sanitizeInline, sanitizeMarkdown } from "../../../text/markdown/sanitize.ts";

const LINE_CHARACTERS_MAX = 500;
const NAME_CHARACTERS_MAX = 60;
const CODE_CHARACTERS_MAX = 200;

const MARKUP = /[*_~`[\]<>&|\\]/g;
/** In a line written by a person, at most one in this many characters is markup. */
const CHARACTERS_PER_MARKUP_MIN = 6;
const MARKUP_ALWAYS_READ = 24;
/** In plain letters. */
const LINE_COST_MAX = 8_000;
/** What each line costs in addition to its text. */
const LINE_COST = 250;

/** Removing secrets usually changes the cost of a text little. It rises if a fence was removed with them. */
const COST_WITHOUT_SECRETS = 1.25;

const PLAIN = { isPlain: true };

/** Replaces a text that has only invisible characters. */
const NOTHING_VISIBLE = ownWords("…");

/** Sanitizes other people's text for the pull requests of one repository. */
export interface Wording {
  readonly markdown: (text: string, limits: ReadingLimits, by?: { byOwners: boolean }) => SafeMarkdown;
  /** A line, safe in a table cell too; never empty. */
  readonly line: (text: string) => SafeMarkdown;
  /** An item of a list. A list mark that the text begins with goes, because the bot writes its own. */
  readonly item: (text: string) => SafeMarkdown;
  /** An item with the bot's verdict next to it. */
  readonly claim: (text: string) => SafeMarkdown;
  /** A sentence of the bot in which others' words may be, such as the name of a check. */
  readonly sentence: (text: string) => SafeMarkdown;
  readonly name: (text: string) => SafeMarkdown;
  /** A path, a branch or the name of a check. */
  readonly code: (text: string) => SafeMarkdown;
}

/** @param onProvable called if only GitHub's own rendering can prove that a text is harmless */
export function wordingFor(policy: MarkdownPolicy, onProvable: () => void = () => {}): Wording {
  const checked = (text: SafeMarkdown): SafeMarkdown => {
    if (needsProof(text)) onProvable();
    return text;
  };
  const inline = (text: string, charactersMax: number, options?: { isPlain: boolean }) =>
    isBusy(text, charactersMax)
      ? sanitizeCode(text, charactersMax)
      : checked(sanitizeInline(text, charactersMax, policy, options)) || NOTHING_VISIBLE;
  return {
    markdown: (text, limits, by) => {
      const read = readable(text, limits);
      const costMax = limits.cost * COST_WITHOUT_SECRETS;
      return checked(sanitizeMarkdown(read, read.length, policy, { ...by, costMax }));
    },
    line: (text) => inline(text, LINE_CHARACTERS_MAX),
    item: (text) => inline(withoutListMark(text), LINE_CHARACTERS_MAX),
    claim: (text) => inline(withoutListMark(text), LINE_CHARACTERS_MAX, PLAIN),
    sentence: (text) => inline(text, LINE_CHARACTERS_MAX, PLAIN),
    name: (text) => inline(text, NAME_CHARACTERS_MAX, PLAIN),
    code: (text) => sanitizeCode(text, CODE_CHARACTERS_MAX),
  };
}

/** Four digits and a full stop are rather a year than a number in a list. */
function withoutListMark(text: string): string {
  return text.replace(/^\s*(?:[-*+•]|\d{1,3}[.)])\s+(?=\S)/, "");
}

/** A line that is mostly markup is not readable and takes long to sanitize, so it is shown as code. */
function isBusy(text: string, charactersMax: number): boolean {
  const read = text.slice(0, charactersMax);
  const markup = read.match(MARKUP)?.length ?? 0;
  const isDense = markup > Math.max(MARKUP_ALWAYS_READ, read.length / CHARACTERS_PER_MARKUP_MIN);
  return isDense || readingCost(read) > LINE_COST_MAX;
}

/** How much of a line is read, and what reading it costs: at most as much as a few thousand plain letters. */
export function readingOfLine(text: string): ReadingLimits {
  const read = text.slice(0, LINE_CHARACTERS_MAX);
  const cost = LINE_COST + (isBusy(read, LINE_CHARACTERS_MAX) ? read.length : readingCost(read));
  return { characters: read.length, cost };
}
