import type { ClassifiedFile } from "../../changes/rules/file-kinds.ts";
import {
  compileGlob,
  countAlternatives,
  type PathTest,
  type Segments,
  segmentsOf,
} from "../../changes/rules/globs.ts";
import { churn } from "./group-files.ts";

const GLOBS_MAX = 20;
const GLOB_CHARACTERS_MAX = 200;
/** Of a matcher, counted at their worst: some 40 ms. Twenty areas as people write them stay below it with 3 000 files. */
const STEPS_MAX = 5_000_000;

export interface PlanConformance {
  /** How many areas of the plan were compared. */
  readonly compared: number;
  /** Areas that no changed file lies in. */
  readonly untouched: readonly string[];
  /** Changed files that lie in no area, the largest first. */
  readonly unplanned: readonly ClassifiedFile[];
  /** Areas that can't be read as globs, that say what is not meant, or that are too long or too many. */
  readonly notCompared: number;
  /** Not all files were compared, or not all are known: an area may be touched by one of the others. */
  readonly partial: boolean;
}

interface Matcher {
  readonly glob: string;
  readonly matches: PathTest;
  /** How many it takes at worst to hold it against a path. */
  readonly stepsFor: (path: Segments) => number;
}

/**
 * How the change keeps to its plan. Nobody has to plan what a program writes, such as a lock file. An area without a
 * wildcard is a file or a directory with all that it holds.
 *
 * @param complete whether `files` holds all that the change touches
 * @returns `null` where the plan names no area that can be compared
 */
export function planConformance(
  areas: readonly string[],
  files: readonly ClassifiedFile[],
  { complete }: { readonly complete: boolean },
): PlanConformance | null {
  const matchers = areas
    .slice(0, GLOBS_MAX)
    .flatMap((glob) => (glob.length <= GLOB_CHARACTERS_MAX ? (matcherOf(glob) ?? []) : []));
  if (matchers.length === 0) return null;
  const touched = new Set<Matcher>();
  const unplanned: ClassifiedFile[] = [];
  let steps = 0;
  let compared = 0;
  for (const file of [...files].sort((a, b) => churn(b) - churn(a))) {
    const places = [file.path, file.previousPath].flatMap((path) =>
      path === null ? [] : [segmentsOf(path)],
    );
    for (const path of places) for (const { stepsFor } of matchers) steps += stepsFor(path);
    if (steps > STEPS_MAX) break;
    compared++;
    const [matching = [], left = []] = places.map((path) => matchers.filter(({ matches }) => matches(path)));
    for (const matcher of [...matching, ...left]) touched.add(matcher);
    if (matching.length === 0 && !file.generated && !file.vendored) unplanned.push(file);
  }
  return {
    compared: matchers.length,
    untouched: matchers.filter((matcher) => !touched.has(matcher)).map(({ glob }) => glob),
    unplanned,
    notCompared: areas.length - matchers.length,
    partial: !complete || compared < files.length,
  };
}

function matcherOf(glob: string): Matcher | null {
  if (glob.startsWith("!")) return null;
  const plain = glob.replace(/^\.?\/+/, "").replace(/\/+$/, "") || "**";
  const globs = /[*?[{]/.test(plain) ? [plain] : [plain, `${plain}/**`];
  const tests = globs.map(compileGlob);
  if (!tests.every((test) => test !== null)) return null;
  return { glob, matches: (path) => tests.some((test) => test(path)), stepsFor: stepsOf(plain) };
}

/** A path is done with where it leaves the folders that a glob begins with; else each part may be tried at each place. */
function stepsOf(glob: string): Matcher["stepsFor"] {
  const segments = segmentsOf(glob);
  const isWild = (segment: string) => /[*?[{\\]/.test(segment);
  const firstWild = segments.findIndex(isWild);
  const folders = segments.slice(0, firstWild === -1 ? -1 : firstWild);
  const characters = segments.filter((segment) => segment !== "**" && isWild(segment)).join("").length;
  const alternatives = countAlternatives(glob);
  return (path) => {
    const leavesAt = folders.findIndex((folder, index) => folder !== path[index]);
    if (leavesAt !== -1) return leavesAt + 1;
    return alternatives * (segments.length * path.length + characters * path.join("/").length);
  };
}
