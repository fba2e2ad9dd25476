import type { ClassifiedFile } from "../../../changes/rules/file-kinds.ts";
import {
  compileGlob,
  countAlternatives,
  type PathTest,
  type Segments,
  segmentsOf,
} from "../../../changes/rules/globs.ts";
import { isGlob } from "../../../text/is-glob.ts";
import { churn } from "../describe/group-files.ts";

const GLOBS_MAX = 20;
const GLOB_CHARACTERS_MAX = 200;
/** Steps of the matchers in the worst case, about 40 ms. Twenty usual areas and 3 000 files stay below it. */
const STEPS_MAX = 5_000_000;

export interface PlanConformance {
  /** How many areas of the plan were compared. */
  readonly compared: number;
  /** Areas without any changed file. */
  readonly untouched: readonly string[];
  /** Changed files outside all areas, the largest first. */
  readonly unplanned: readonly ClassifiedFile[];
  /** Areas that are not valid globs, that exclude paths (`!`), that are too long, or beyond the limit of their number. */
  readonly notCompared: number;
  /** Not all files were compared, or not all are known. One of the others may touch an area. */
  readonly partial: boolean;
}

interface Matcher {
  readonly glob: string;
  readonly matches: PathTest;
  /** How many steps it takes in the worst case to match a path. */
  readonly stepsFor: (path: Segments) => number;
}

/**
 * Compares the change with its plan. Generated files, such as lock files, need no plan. An area without a wildcard is
 * a file, or a directory with everything in it.
 *
 * @param complete whether `files` holds every file of the change
 * @returns `null` if the plan names no area that can be compared
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
  const globs = isGlob(plain) ? [plain] : [plain, `${plain}/**`];
  const tests = globs.map(compileGlob);
  if (!tests.every((test) => test !== null)) return null;
  return { glob, matches: (path) => tests.some((test) => test(path)), stepsFor: stepsOf(plain) };
}

/** A path outside the folders that a glob begins with takes few steps; else each part may be tried at each place. */
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
