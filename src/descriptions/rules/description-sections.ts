import type { SafeMarkdown } from "../../text/safe.ts";

/** The parts of a description between hidden markers, in their default order. */
export const SECTIONS = [
  "summary",
  "issues",
  "risk",
  "claims",
  "tests",
  "how",
  "recommendations",
  "plan",
  "merge",
  "siblings",
  "files",
  "provenance",
  "footer",
] as const;
export type SectionName = (typeof SECTIONS)[number];

/** The order in which sections are shortened: first what GitHub shows elsewhere, last what GitHub can't know. */
export const CUT_ORDER: readonly SectionName[] = [
  "files",
  "plan",
  "how",
  "recommendations",
  "tests",
  "merge",
  "siblings",
  "claims",
  "provenance",
  "risk",
  "issues",
  "summary",
];

/** How much of a section is shown. A section that is too long even when short becomes a single sentence. */
export const LEVELS = ["full", "short"] as const;
export type Level = (typeof LEVELS)[number];

/** The content of each section without heading and markers: empty if it has nothing to say, `null` to leave it out. */
export type SectionTexts = Readonly<Record<SectionName, SafeMarkdown | null>>;

/** Builds an object that has every section. */
export function eachSection<T>(make: (name: SectionName) => T): Record<SectionName, T> {
  return {
    summary: make("summary"),
    issues: make("issues"),
    risk: make("risk"),
    claims: make("claims"),
    tests: make("tests"),
    how: make("how"),
    recommendations: make("recommendations"),
    plan: make("plan"),
    merge: make("merge"),
    siblings: make("siblings"),
    files: make("files"),
    provenance: make("provenance"),
    footer: make("footer"),
  };
}
