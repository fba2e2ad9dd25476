import type { ReadingLimits } from "../../../text/markdown/markdown-cost.ts";
import type { SafeValue } from "../../../text/safe.ts";
import type { DescriptionFacts } from "../description-facts.ts";
import type { Level } from "../description-sections.ts";
import { readingOfLine, type Wording } from "./wording.ts";

/** The values for the template of a section. */
export type SectionValues = Readonly<Record<string, SafeValue>>;

/** What a section says at a level; `null` if it has nothing to say. */
export type DescribedSection = (level: Level) => SectionValues | null;

/**
 * Computes what a section says. Other people's text is shortened and sanitized only once, no matter how often the
 * section is used.
 */
export type DescribeSection = (facts: DescriptionFacts, wording: Wording) => DescribedSection;

export type Shortened<T extends SafeValue> = {
  readonly items: readonly T[];
  /** How many are not shown. */
  readonly more: number;
};

/** How many items of a list are shown at each level. */
export type Limits = Readonly<Record<Level, number>>;

/** How much of a list of other people's lines is read. It is enough for some lines of any kind. */
const LIST_LIMITS: ReadingLimits = { characters: 6_000, cost: 20_000 };

/** A list with as many items as its level allows. Only what can be shown is sanitized. */
export function shortened<T, Shown extends SafeValue>(
  list: readonly T[],
  limits: Limits,
  show: (item: T) => Shown,
): (level: Level) => Shortened<Shown> {
  const shown = list.slice(0, limits.full).map(show);
  return (level) => {
    const items = shown.slice(0, limits[level]);
    return { items, more: list.length - items.length };
  };
}

/** The same for lines written by agents. Their number is limited, because sanitizing them takes most of the time. */
export function shortenedLines<T extends { readonly text: string }, Shown extends SafeValue>(
  lines: readonly T[],
  limits: Limits,
  show: (line: T) => Shown,
): (level: Level) => Shortened<Shown> {
  let characters = 0;
  let cost = 0;
  const fitting = lines.slice(0, limits.full).findIndex(({ text }) => {
    const reading = readingOfLine(text);
    characters += reading.characters;
    cost += reading.cost;
    return characters > LIST_LIMITS.characters || cost > LIST_LIMITS.cost;
  });
  const full = fitting === -1 ? limits.full : fitting;
  return shortened(lines, { full, short: Math.min(full, limits.short) }, show);
}
