import type { Refusal } from "../../errors.ts";
import type { TextFile } from "../../github/facts/files/repository-files.ts";
import type { RepositorySettings } from "../../repository-settings/settings.ts";
import { compileGlobs, countAlternatives, segmentsOf } from "./globs.ts";
import { areaLabel, labelName } from "./label-catalogue.ts";
import { matchLabeler } from "./labeler-match.ts";
import { readLabeler } from "./labeler.ts";

const AREAS_MAX = 100;
/** Of all areas together; `{a,b}` counts twice. */
const PATTERNS_MAX = 2_000;

export interface Area {
  readonly name: string;
  /** The full label: `area: api`, or the name from the repository's labeler.yml. */
  readonly label: string;
  /** The changed files that belong to it; empty if its rule in labeler.yml is only about branches. */
  readonly paths: readonly string[];
}

export interface AreaFacts {
  readonly paths: readonly string[];
  readonly headBranch: string;
  readonly baseBranch: string;
  readonly settings: Pick<RepositorySettings, "areas">;
  /** `.github/labeler.yml`; `null` if the repository has none. */
  readonly labeler: Pick<TextFile, "path" | "text"> | null;
}

export interface Areas {
  readonly areas: readonly Area[];
  readonly problems: readonly Refusal[];
}

/**
 * The areas of the repository that a change touches: the areas of the settings or, if they name none, the labels of
 * its `labeler.yml`. At most 100 areas, and from the settings at most 2 000 patterns; more is reported as a problem.
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
    reason: `The bot uses only ${known} of the areas in .github/orb.yml.`,
    remedy: `Define at most ${AREAS_MAX} areas with ${PATTERNS_MAX} patterns in total; {a,b} counts twice.`,
  };
}

/** @param key of `.github/orb.yml` */
export function unreadableGlob(key: string, glob: string): Refusal {
  return {
    code: "glob_unreadable",
    reason: `In .github/orb.yml, ${key} has the pattern ${glob}, which the bot can't read and ignores.`,
    remedy: "Use only *, **, ?, [a-z] and {a,b}.",
  };
}
