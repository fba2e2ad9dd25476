import picomatch from "picomatch";
import type { ClassifiedFile } from "./change-analysis.ts";
import { churn } from "./group-files.ts";

// The agents write both the globs and the paths. With these, all of the matching takes less than a tenth of a
// second, whatever they write: a glob becomes a regular expression that tries each place for each of its stars.
const GLOBS_MAX = 20;
const MANY_STARRED_GLOBS_MAX = 5;
const FILES_MAX = 500;
const GLOB_CHARACTERS_MAX = 200;
const PATH_CHARACTERS_MAX = 200;
const STARS_PER_SEGMENT_MAX = 2;
const GLOBSTARS_MAX = 2;

export interface PlanConformance {
  /** How many areas of the plan were compared. */
  readonly compared: number;
  /** Areas that no changed file lies in. */
  readonly untouched: readonly string[];
  /** Changed files that lie in no area, the largest first. */
  readonly unplanned: readonly ClassifiedFile[];
  /** Areas that say too much, or in too involved a way, to be compared. */
  readonly notCompared: number;
  /** Not all files were compared, or not all are known: an area may be touched by one of the others. */
  readonly partial: boolean;
}

/**
 * How the change keeps to its plan. Nobody has to plan what a program writes, such as a lock file. An area without a wildcard is a file or a directory with all that it holds.
 *
 * @param complete whether `files` holds all that the change touches
 * @returns `null` where the plan names no area that can be compared
 */
export function planConformance(
  areas: readonly string[],
  files: readonly ClassifiedFile[],
  { complete }: { readonly complete: boolean },
): PlanConformance | null {
  const compared = comparable(areas);
  if (compared.length === 0) return null;
  const matchers = compared.map((glob) => ({ glob, matches: matcherOf(glob), touched: false }));
  const largest = files
    .filter(({ path }) => path.length <= PATH_CHARACTERS_MAX)
    .sort((a, b) => churn(b) - churn(a))
    .slice(0, FILES_MAX);
  const unplanned: ClassifiedFile[] = [];
  for (const file of largest) {
    const { path, previousPath, generated, vendored } = file;
    const matching = matchers.filter(({ matches }) => matches(path));
    for (const matcher of matching) matcher.touched = true;
    const left = previousPath === null ? [] : matchers.filter(({ matches }) => matches(previousPath));
    for (const matcher of left) matcher.touched = true;
    if (matching.length === 0 && !generated && !vendored) unplanned.push(file);
  }
  return {
    compared: compared.length,
    untouched: matchers.filter(({ touched }) => !touched).map(({ glob }) => glob),
    unplanned,
    notCompared: areas.length - compared.length,
    partial: !complete || largest.length < files.length,
  };
}

function comparable(areas: readonly string[]): string[] {
  let manyStarred = 0;
  return areas
    .slice(0, GLOBS_MAX)
    .filter((glob) => glob.length <= GLOB_CHARACTERS_MAX && !/[()]/.test(glob))
    .filter((glob) => glob.split("{").length <= 2)
    .filter((glob) => {
      const { globstars, starsPerSegment } = starsOf(glob);
      if (globstars > GLOBSTARS_MAX || starsPerSegment > STARS_PER_SEGMENT_MAX) return false;
      if (globstars < 2 && starsPerSegment < 2) return true;
      manyStarred++;
      return manyStarred <= MANY_STARRED_GLOBS_MAX;
    });
}

function starsOf(glob: string): { globstars: number; starsPerSegment: number } {
  const segments = glob.split("/");
  const stars = segments.map((segment) => segment.split("*").length - 1);
  return {
    // The one at the end takes all that is left, and tries nothing.
    globstars: segments.slice(0, -1).filter((segment) => segment === "**").length,
    starsPerSegment: Math.max(...stars.map((number, index) => (segments[index] === "**" ? 0 : number))),
  };
}

function matcherOf(glob: string): (path: string) => boolean {
  const plain = glob.replace(/^\.?\/+/, "").replace(/\/+$/, "") || "**";
  const options = { dot: true, noextglob: true, nonegate: true };
  const matches = picomatch(/[*?[{]/.test(plain) ? plain : [plain, `${plain}/**`], options);
  return (path) => path.length <= PATH_CHARACTERS_MAX && matches(path);
}
