import type { PathTest, Segments } from "./globs.ts";
import type { FileCondition, Labeler, LabelerCondition, LabelerGroup } from "./labeler.ts";

export interface LabelerFacts {
  readonly paths: readonly { readonly path: string; readonly segments: Segments }[];
  readonly headBranch: string;
  readonly baseBranch: string;
}

/**
 * The labels that a `labeler.yml` gives a change, each with the files that cause it; no files if only the branch
 * causes it. Follows `src/labeler.ts` and `src/changedFiles.ts` of https://github.com/actions/labeler.
 */
export function matchLabeler(
  { rules, filesMax, fileLabelsMax }: Labeler,
  facts: LabelerFacts,
): { readonly label: string; readonly paths: readonly string[] }[] {
  const given = rules.filter(({ groups }) => groups.every((group) => groupHolds(group, facts)));
  const ofFiles = new Set(given.filter(({ groups }) => fileConditions(groups).length > 0));
  const tooMany = facts.paths.length > filesMax || ofFiles.size > fileLabelsMax;
  return given
    .filter((rule) => !tooMany || !ofFiles.has(rule))
    .map(({ label, groups }) => {
      const conditions = fileConditions(groups).filter((condition) => filesFit(condition, facts));
      const paths = facts.paths.filter(({ segments }) =>
        conditions.some((condition) => globsFit(condition, segments)),
      );
      return { label, paths: paths.map(({ path }) => path) };
    });
}

function fileConditions(groups: readonly LabelerGroup[]): readonly FileCondition[] {
  return groups.flatMap(({ conditions }) => conditions.flatMap(({ files }) => files));
}

function groupHolds({ every, conditions }: LabelerGroup, facts: LabelerFacts): boolean {
  if (!conditions.some(hasContent)) return false;
  return every
    ? conditions.every((condition) => allHold(condition, facts))
    : conditions.some((condition) => anyHolds(condition, facts));
}

function hasContent({ files, head, base }: LabelerCondition): boolean {
  return files.length > 0 || head.length > 0 || base.length > 0;
}

function anyHolds({ files, head, base }: LabelerCondition, facts: LabelerFacts): boolean {
  return (
    base.some((test) => test(facts.baseBranch)) ||
    files.some((condition) => filesFit(condition, facts)) ||
    head.some((test) => test(facts.headBranch))
  );
}

function allHold({ files, head, base }: LabelerCondition, facts: LabelerFacts): boolean {
  return (
    base.every((test) => test(facts.baseBranch)) &&
    (files.length === 0 || facts.paths.length > 0) &&
    files.every((condition) => filesFit(condition, facts)) &&
    head.every((test) => test(facts.headBranch))
  );
}

function filesFit({ match, globs }: FileCondition, { paths }: LabelerFacts): boolean {
  const all = (glob: PathTest) => paths.every(({ segments }) => glob(segments));
  switch (match) {
    case "any-glob-to-any-file":
      return globs.some((glob) => paths.some(({ segments }) => glob(segments)));
    case "any-glob-to-all-files":
      return globs.some(all);
    case "all-globs-to-any-file":
      return paths.some(({ segments }) => globs.every((glob) => glob(segments)));
    case "all-globs-to-all-files":
      return globs.every(all);
    default:
      return match satisfies never;
  }
}

function globsFit({ match, globs }: FileCondition, path: Segments): boolean {
  return match.startsWith("any") ? globs.some((glob) => glob(path)) : globs.every((glob) => glob(path));
}
