import type { Refusal } from "../../errors.ts";
import type { TextFile } from "../../github/facts/repository-files.ts";
import type { RepositorySettings } from "../../repository-settings/settings.ts";
import { compileGlobs, countAlternatives, segmentsOf } from "./globs.ts";
import { areaLabel, labelName } from "./label-catalogue.ts";
import { matchLabeler } from "./labeler-match.ts";
import { readLabeler } from "./labeler.ts";

const AREAS_MAX = 100;
/** In all areas together; `{a,b}` counts twice. */
const PATTERNS_MAX = 2_000;

export interface Area {
  readonly name: string;
  /** The label, complete: `area: api`, or the name that the repository's labeler.yml gives it. */
  readonly label: string;
  /** The changed files that belong to it; none where its rule in labeler.yml is about branches alone. */
  readonly paths: readonly string[];
}

export interface AreaFacts {
  readonly paths: readonly string[];
  readonly headBranch: string;
  readonly baseBranch: string;
  readonly settings: Pick<RepositorySettings, "areas">;
  /** `.github/labeler.yml`; `null` where the repository has none. */
  readonly labeler: Pick<TextFile, "path" | "text"> | null;
}

export interface Areas {
  readonly areas: readonly Area[];
  readonly problems: readonly Refusal[];
}

/**
 * The parts of the repository that a change touches: those of the settings, or where these name none, the labels of
 * its `labeler.yml`. At most 100, and of the settings as many as have 2 000 patterns together; who has more is told.
 */
export function areasOf(facts: AreaFacts): Areas {
  const all = Object.entries(facts.settings.areas);
  const named = withinLimits(all);
  const paths = facts.paths.map((path) => ({ path, segments: segmentsOf(path) }));
  if (all.length === 0) return labelerAreas(facts, paths);
  const found = named.map(([name, globs]) => {
    const { test, unreadable } = compileGlobs(globs);
    const inside = paths.filter(({ segments }) => test(segments)).map(({ path }) => path);
    return { area: { name, label: areaLabel(name), paths: inside }, unreadable };
  });
  return {
    areas: found.flatMap(({ area }) => (area.paths.length > 0 ? [area] : [])),
    problems: [
      ...found.flatMap(({ area, unreadable }) =>
        unreadable.map((glob) => unreadableGlob(`areas.${area.name}`, glob)),
      ),
      ...(named.length < all.length ? [tooManyAreas(named.length)] : []),
    ],
  };
}

function withinLimits(all: readonly (readonly [string, readonly string[]])[]) {
  let patterns = 0;
  return all.slice(0, AREAS_MAX).filter(([, globs]) => {
    patterns += globs.reduce((sum, glob) => sum + countAlternatives(glob), 0);
    return patterns <= PATTERNS_MAX;
  });
}

function labelerAreas(
  { labeler, headBranch, baseBranch }: AreaFacts,
  paths: Parameters<typeof matchLabeler>[1]["paths"],
): Areas {
  if (!labeler) return { areas: [], problems: [] };
  const read = readLabeler(labeler);
  const given = matchLabeler(read, { paths, headBranch, baseBranch });
  const areas = given.map(({ label, paths }) => ({ name: label, label: labelName(label), paths }));
  return { areas: areas.slice(0, AREAS_MAX), problems: read.problems };
}

function tooManyAreas(known: number): Refusal {
  return {
    code: "too_many_areas",
    reason: `Of the areas in .github/orb.yml, the bot looks at ${known} only.`,
    remedy: `Name at most ${AREAS_MAX} areas with ${PATTERNS_MAX} patterns together, on the base branch; {a,b} counts twice.`,
  };
}

/** @param key of `.github/orb.yml` */
export function unreadableGlob(key: string, glob: string): Refusal {
  return {
    code: "glob_unreadable",
    reason: `In .github/orb.yml, ${key} has the pattern ${glob}, which the bot can't read.`,
    remedy: "Use only *, **, ?, [a-z] and {a,b}, on the base branch; until then it is left out.",
  };
}
