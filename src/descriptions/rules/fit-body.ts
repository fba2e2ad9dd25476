import { CHECK_OUTPUT_BYTES_MAX } from "../../github/rules/text-limits.ts";
import { clipBytes } from "../../text/clip.ts";
import { joined, ownWords, type SafeMarkdown } from "../../text/safe.ts";
import { fence } from "../../text/markdown/sanitize.ts";
import type { Description } from "./describe/describe.ts";
import {
  CUT_ORDER,
  eachSection,
  type Level,
  type SectionName,
  type SectionTexts,
} from "./description-sections.ts";

const OVERFLOW_CUT = ownWords("_The rest is left out: GitHub allows no more text here._");

const REST = ownWords("The rest of the summary:");
/** A fence can be longer than the text in it, if that is a long run of backticks. */
const REST_SHARES = [0.99, 0.3];
const NOTHING = ownWords("");

export interface FittedBody {
  readonly body: SafeMarkdown;
  /** The full text of each section that was cut, for the check run; `null` if none was. */
  readonly overflow: SafeMarkdown | null;
}

interface Order {
  readonly description: Description;
  /** Puts the sections together; called again with shorter sections if the result is too long. */
  readonly layout: (sections: SectionTexts) => SafeMarkdown;
  /** Puts together the sections that were cut; all others are `null`. */
  readonly overflowLayout: (sections: SectionTexts) => SafeMarkdown;
  /** The sentence that replaces a section that does not fit. */
  readonly cut: (characters: number) => SafeMarkdown;
  readonly charactersMax: number;
  /** What even the full sections leave out of the agents' summary. */
  readonly rest: string;
}

type Whole = Readonly<Record<SectionName, SafeMarkdown>>;

/** First every list is shortened; only then are whole sections replaced. */
const CUTS: readonly { readonly name: SectionName; readonly to: Exclude<Level, "full"> | "sentence" }[] = [
  ...CUT_ORDER.map((name) => ({ name, to: "short" }) as const),
  ...CUT_ORDER.map((name) => ({ name, to: "sentence" }) as const),
];

/**
 * The description with as much of its sections as fits; the least important are shortened first. No text is cut in
 * the middle, because half of a text may have an effect that the whole text does not have.
 *
 * @returns `null` if the layout alone is too long
 */
export function fitBody({
  description,
  layout,
  overflowLayout,
  cut,
  charactersMax,
  rest,
}: Order): FittedBody | null {
  const full = eachSection((name) => description(name, "full"));
  const sections = { ...full };
  let body = layout(sections);
  let length = body.length;
  for (const { name, to } of CUTS) {
    if (length <= charactersMax) break;
    const less = to === "sentence" ? cut(full[name].length) : description(name, to);
    const saved = sections[name].length - less.length;
    // Replacing a very short section would make it longer.
    if (saved <= 0) continue;
    sections[name] = less;
    length -= saved;
    if (length > charactersMax) continue;
    body = layout(sections);
    length = body.length;
  }
  if (length > charactersMax) return null;
  const wasCut = (name: SectionName) => sections[name] !== full[name];
  return { body, overflow: overflowOf(full, { description, overflowLayout, rest, wasCut }) };
}

/**
 * The sections that were cut, as many as fit into a check run, the most important first; then as much as fits of the rest
 * of the summary.
 */
function overflowOf(
  full: Whole,
  {
    description,
    overflowLayout,
    rest,
    wasCut,
  }: Pick<Order, "description" | "overflowLayout" | "rest"> & {
    readonly wasCut: (name: SectionName) => boolean;
  },
): SafeMarkdown | null {
  const sections: Record<SectionName, SafeMarkdown | null> = eachSection(() => null);
  let overflow = overflowLayout(sections);
  let complete = true;
  const room = CHECK_OUTPUT_BYTES_MAX - OVERFLOW_CUT.length - "\n\n".length;
  const fits = (text: SafeMarkdown) => Buffer.byteLength(text) <= room;
  for (const name of CUT_ORDER.filter(wasCut).toReversed()) {
    const fitting = [full[name], description(name, "short")]
      .map((text) => ({ text, whole: text === full[name] }))
      .find(({ text }) => fits(overflowLayout({ ...sections, [name]: text })));
    complete &&= fitting?.whole ?? false;
    if (!fitting) continue;
    sections[name] = fitting.text;
    overflow = overflowLayout(sections);
  }
  const { text, whole } = fittingRest(rest, room - Buffer.byteLength(overflow));
  overflow = joined([overflow, text], "\n\n");
  if (complete && whole) return overflow === "" ? null : overflow;
  return joined([overflow, OVERFLOW_CUT], "\n\n");
}

/** As much of the rest as fits, as code, because it is too much to be sanitised; `whole` is `false` if it was cut. */
function fittingRest(rest: string, bytes: number): { readonly text: SafeMarkdown; readonly whole: boolean } {
  if (rest === "") return { text: NOTHING, whole: true };
  const left = bytes - REST.length - "\n\n\n\n".length;
  for (const share of REST_SHARES) {
    const shown = clipBytes(rest, Math.max(0, Math.floor(left * share)));
    const text = joined([REST, fence(shown)], "\n\n");
    if (Buffer.byteLength(text) <= left) return { text, whole: shown === rest };
  }
  return { text: NOTHING, whole: false };
}
