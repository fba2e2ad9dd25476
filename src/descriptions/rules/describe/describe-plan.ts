import type { ClassifiedFile } from "../../../changes/rules/file-kinds.ts";
import { type DescribeSection, shortened } from "./describe-section.ts";
import { groupFiles } from "./group-files.ts";
import { planConformance } from "../findings/plan-conformance.ts";
import type { Wording } from "./wording.ts";

const LIST_MAX = { full: 12, short: 4 };
/** More files than this are named by their directories. */
const FILES_NAMED_MAX = 8;

/** How the change differs from the plan: areas that it does not touch, and files that were not planned. */
export const describePlan: DescribeSection = ({ plan, analysis, totals }, wording) => {
  const complete = totals.exact && analysis.files.length >= totals.files;
  const conformance = plan === null ? null : planConformance(plan.areas, analysis.files, { complete });
  if (conformance === null || analysis.files.length === 0) return () => null;
  const untouched = shortened(conformance.untouched, LIST_MAX, wording.code);
  const unplanned = shortened(placesOf(conformance.unplanned), LIST_MAX, (place) =>
    describePlace(place, wording),
  );
  const { notCompared, partial } = conformance;
  return (level) => ({ untouched: untouched(level), unplanned: unplanned(level), notCompared, partial });
};

interface Place {
  readonly path: string;
  /** `null` for a file. */
  readonly files: number | null;
}

function placesOf(files: readonly ClassifiedFile[]): Place[] {
  if (files.length <= FILES_NAMED_MAX) return files.map(({ path }) => ({ path, files: null }));
  // One kind for all, so that files are grouped by directory only.
  const alike = files.map((file): ClassifiedFile => Object.assign({}, file, { kind: "source" }));
  return groupFiles(alike).map(({ directory, files }) => ({ path: `${directory}/`, files: files.length }));
}

function describePlace({ path, files }: Place, wording: Wording) {
  return { path: path === "/" ? null : wording.code(path), files };
}
