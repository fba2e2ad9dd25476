import { joined, type SafeMarkdown } from "../../../text/safe.ts";
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

/** A part of the description to replace. If both ends are the same, the text is inserted. */
interface Replacement {
  readonly from: number;
  readonly to: number;
  readonly by: string;
}

/**
 * Updates the bot's sections of a description. It compares three versions: what the bot wrote last, what is on GitHub
 * now, and what the bot would write today. Text around the sections is never changed. If a person edited a section,
 * the edit stays, with a box below it that gives the section back to the bot. A section that a person removed stays
 * removed. One whose markers are damaged or doubled, or that contains another section, is not changed. A section that
 * did not exist yet when the bot wrote the description is inserted at its place.
 *
 * @param current the description as it is on GitHub, with line ends of either kind, which are kept
 * @param fresh the description as the bot would write it today, with its line of fingerprints
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
  // All text that is not from `fresh` is on GitHub already, so sending it back is safe.
  return replaced(current, replacements) as SafeMarkdown;
}

/** The description with a last line that holds the fingerprints of its sections. */
export function withWrittenLine(body: SafeMarkdown): SafeMarkdown {
  const prints = findSections(body).map(
    ({ name, contentFrom, contentTo }) => [name, printOf(body.slice(contentFrom, contentTo))] as const,
  );
  return joined([body, writtenLine(new Map(prints))], "\n\n");
}

interface Versions {
  readonly name: string;
  readonly fresh: string;
  /** Of what the bot wrote last; `null` if that is not known. */
  readonly lastPrint: string | null;
  readonly lineEnd: string;
}

/** The new text of a section, and the fingerprint to store. */
function refreshed(
  section: string,
  { name, fresh, lastPrint, lineEnd }: Versions,
): { by: string; print: string | null } {
  const { content, ticked, hasBox } = withoutBox(name, section);
  const same = normalized(content) === normalized(fresh);
  if (same && !hasBox) return { by: section, print: printOf(fresh) };
  if (same || ticked || printOf(content) === lastPrint) return { by: fresh, print: printOf(fresh) };
  return { by: withBox(name, content, lineEnd), print: lastPrint };
}

/** Sections without a fingerprint and without a marker: they did not exist yet when the bot wrote this description. */
function missingSections(
  current: string,
  fresh: SafeMarkdown,
  written: Map<string, string | null>,
  lineEnd: string,
): Replacement[] {
  const inFresh = findSections(fresh);
  const present = new Map(findSections(current).map((found) => [found.name, found]));
  const marked = markedNames(current);
  return inFresh.flatMap((found, index) => {
    const { name } = found;
    if (written.has(name) || marked.has(name)) return [];
    const place = placeOf(index, inFresh, present);
    if (place === null) return [];
    written.set(name, printOf(fresh.slice(found.contentFrom, found.contentTo)));
    const block = fresh.slice(found.from, found.to).replaceAll("\n", lineEnd);
    const by = place.after ? `${lineEnd}${lineEnd}${block}` : `${block}${lineEnd}${lineEnd}`;
    return [{ from: place.at, to: place.at, by }];
  });
}

/** After the nearest section before it, or else before the nearest section after it. */
function placeOf(
  index: number,
  inFresh: readonly FoundSection[],
  present: ReadonlyMap<string, FoundSection>,
): { at: number; after: boolean } | null {
  const before = inFresh.slice(0, index).flatMap(({ name }) => present.get(name) ?? []);
  const behind = inFresh.slice(index + 1).flatMap(({ name }) => present.get(name) ?? []);
  const [previous, next] = [before.at(-1), behind[0]];
  if (previous) return { at: previous.to, after: true };
  return next ? { at: next.from, after: false } : null;
}

/** The line of fingerprints; `null` if a person moved it into a section. */
function lineOf(description: string): FoundLine | null {
  const line = findWrittenLine(description);
  const isInside = ({ from, to }: FoundSection) => line !== null && from < line.from && line.to < to;
  return findSections(description).some(isInside) ? null : line;
}

/** The updated line. A description without one gets it as soon as one of its sections is the bot's. */
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
