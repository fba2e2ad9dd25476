import { joined, type SafeMarkdown } from "../../text/safe.ts";
import { withBox, withoutBox } from "./rewrite-box.ts";
import { findSections, type FoundSection, markedNames } from "./section-marks.ts";
import {
  findWrittenLine,
  type FoundLine,
  normalized,
  printOf,
  type Written,
  writtenLine,
} from "./written-line.ts";

/** A part of the description that is to be replaced. Where both ends are the same, something is put in. */
interface Replacement {
  readonly from: number;
  readonly to: number;
  readonly by: string;
}

/**
 * Brings the bot's sections of a description up to date. Three versions are held against each other: what the bot
 * wrote last, what stands there, and what it would write today. What people wrote around the sections is never
 * touched; what they changed inside of one stays, with a box below it that gives it back to the bot. A section that
 * a person removed stays away; one whose markers are damaged or doubled, or that holds another, is not touched. One that
 * the bot did not know when it wrote the description is put in at its place.
 *
 * @param current the description as it stands on GitHub, with line ends of either kind: its own are kept
 * @param fresh the description as the bot would write it today, with its line of what was written
 */
export function refreshSections(current: string, fresh: SafeMarkdown): SafeMarkdown {
  const line = lineOf(current);
  const lineEnd = current.includes("\r\n") ? "\r\n" : "\n";
  const wanted = new Map(
    findSections(fresh).map((found) => [found.name, fresh.slice(found.contentFrom, found.contentTo)]),
  );
  const written = new Map(line?.written ?? [...wanted.keys()].map((name) => [name, null] as const));
  const replacements: Replacement[] = [];
  for (const found of findSections(current)) {
    const content = wanted.get(found.name);
    if (content === undefined) continue;
    const { by, print } = refreshed(current.slice(found.contentFrom, found.contentTo), {
      name: found.name,
      fresh: content.replaceAll("\n", lineEnd),
      lastPrint: written.get(found.name) ?? null,
      lineEnd,
    });
    written.set(found.name, print);
    replacements.push({ from: found.contentFrom, to: found.contentTo, by });
  }
  if (line !== null) replacements.push(...missingSections(current, fresh, written, lineEnd));
  replacements.push(...lineReplacement(current, written, lineEnd));
  // What is not from `fresh` stands on GitHub already, so sending it back changes nothing.
  return replaced(current, replacements) as SafeMarkdown;
}

/** The description with a last line that remembers what is written in its sections. */
export function withWrittenLine(body: SafeMarkdown): SafeMarkdown {
  const prints = findSections(body).map(
    ({ name, contentFrom, contentTo }) => [name, printOf(body.slice(contentFrom, contentTo))] as const,
  );
  return joined([body, writtenLine(new Map(prints))], "\n\n");
}

interface Versions {
  readonly name: string;
  readonly fresh: string;
  /** Of what the bot wrote last; `null` where that is not known. */
  readonly lastPrint: string | null;
  readonly lineEnd: string;
}

/** What stands in a section from now on, and what is remembered of it. */
function refreshed(
  section: string,
  { name, fresh, lastPrint, lineEnd }: Versions,
): { by: string; print: string | null } {
  const { content, ticked, there } = withoutBox(name, section);
  const same = normalized(content) === normalized(fresh);
  if (same && !there) return { by: section, print: printOf(fresh) };
  if (same || ticked || printOf(content) === lastPrint) return { by: fresh, print: printOf(fresh) };
  return { by: withBox(name, content, lineEnd), print: lastPrint };
}

/** Sections that are not remembered and of which no marker is there: the bot did not know them when it wrote this. */
function missingSections(
  current: string,
  fresh: SafeMarkdown,
  written: Map<string, string | null>,
  lineEnd: string,
): Replacement[] {
  const inFresh = findSections(fresh);
  const standing = new Map(findSections(current).map((found) => [found.name, found]));
  const marked = markedNames(current);
  return inFresh.flatMap((found, index) => {
    const { name } = found;
    if (written.has(name) || marked.has(name)) return [];
    const place = placeOf(index, inFresh, standing);
    if (place === null) return [];
    written.set(name, printOf(fresh.slice(found.contentFrom, found.contentTo)));
    const block = fresh.slice(found.from, found.to).replaceAll("\n", lineEnd);
    const by = place.after ? `${lineEnd}${lineEnd}${block}` : `${block}${lineEnd}${lineEnd}`;
    return [{ from: place.at, to: place.at, by }];
  });
}

/** Behind the nearest section that stands before it, or else before the nearest behind it. */
function placeOf(
  index: number,
  inFresh: readonly FoundSection[],
  standing: ReadonlyMap<string, FoundSection>,
): { at: number; after: boolean } | null {
  const before = inFresh.slice(0, index).flatMap(({ name }) => standing.get(name) ?? []);
  const behind = inFresh.slice(index + 1).flatMap(({ name }) => standing.get(name) ?? []);
  const [previous, next] = [before.at(-1), behind[0]];
  if (previous) return { at: previous.to, after: true };
  return next ? { at: next.from, after: false } : null;
}

/** One that was moved into a section belongs to who moved it there. */
function lineOf(description: string): FoundLine | null {
  const line = findWrittenLine(description);
  const isInside = ({ from, to }: FoundSection) => line !== null && from < line.from && line.to < to;
  return findSections(description).some(isInside) ? null : line;
}

/** The line brought up to date; where a description has none, it gets one as soon as one of its sections is the bot's. */
function lineReplacement(current: string, written: Written, lineEnd: string): Replacement[] {
  const line = lineOf(current);
  const by = writtenLine(written);
  if (line) return [{ from: line.from, to: line.to, by }];
  const lost = current.includes("<!-- orb:written");
  if (lost || [...written.values()].every((print) => print === null)) return [];
  return [{ from: current.length, to: current.length, by: `${lineEnd}${lineEnd}${by}` }];
}

function replaced(text: string, replacements: readonly Replacement[]): string {
  let result = "";
  let copied = 0;
  for (const { from, to, by } of [...replacements].sort((a, b) => a.from - b.from)) {
    result += text.slice(copied, from) + by;
    copied = to;
  }
  return result + text.slice(copied);
}
