import type { SafeMarkdown } from "../../../text/safe.ts";
import type { Area } from "../../../changes/rules/areas.ts";
import { type DescribeSection, type Shortened, shortenedLines } from "./describe-section.ts";

const CHANGES_MAX = { full: 40, short: 10 };
/** Fewer lines than this are easy to read without headings. */
const GROUPED_LINES_MIN = 6;
const WORD_BREAK = /[\s`'"()[\]<>,;:*]+/;

interface Change {
  readonly [name: string]: SafeMarkdown | null;
  readonly text: SafeMarkdown;
  readonly area: SafeMarkdown | null;
}

/** How it was done: the changes that the agents list, grouped by area if most of them name files of one area. */
export const describeChanges: DescribeSection = ({ completion, analysis }, wording) => {
  const changes = (completion.changes ?? []).map((text) => ({ text }));
  const areaOf = areasByFile(analysis.areas);
  const take = shortenedLines(changes, CHANGES_MAX, ({ text }): Change => {
    const area = areaNamedBy(text, areaOf);
    return { text: wording.item(text), area: area === null ? null : wording.name(area) };
  });
  return (level) => {
    if (changes.length === 0) return null;
    const { items, more } = take(level);
    return { groups: isGrouped(items) ? byArea(items) : [{ area: null, changes: texts(items) }], more };
  };
};

/** Areas by the full paths and by the names of their files. A file name that is in two areas counts for neither. */
function areasByFile(areas: readonly Area[]): ReadonlyMap<string, string | null> {
  const found = new Map<string, string | null>();
  for (const { name, paths } of areas) {
    for (const key of new Set(paths.flatMap((path) => [path, path.slice(path.lastIndexOf("/") + 1)]))) {
      found.set(key, found.has(key) ? null : name);
    }
  }
  return found;
}

function areaNamedBy(text: string, areaOf: ReadonlyMap<string, string | null>): string | null {
  const named = new Set(text.split(WORD_BREAK).flatMap((word) => areaOf.get(word) ?? []));
  const [only, ...others] = named;
  return only !== undefined && others.length === 0 ? only : null;
}

function isGrouped(changes: Shortened<Change>["items"]): boolean {
  const placed = changes.flatMap(({ area }) => area ?? []);
  return (
    changes.length >= GROUPED_LINES_MIN && placed.length * 2 >= changes.length && new Set(placed).size > 1
  );
}

/** Changes without an area come first: they are about everything. */
function byArea(changes: readonly Change[]) {
  const areas = [...new Set(changes.map(({ area }) => area))].sort(
    (a, b) => Number(a !== null) - Number(b !== null),
  );
  return areas.map((area) => ({ area, changes: texts(changes.filter((change) => change.area === area)) }));
}

function texts(changes: readonly Change[]): SafeMarkdown[] {
  return changes.map(({ text }) => text);
}
