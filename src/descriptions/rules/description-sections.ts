import type { SafeMarkdown } from "../../text/safe.ts";

/** The parts of a description between hidden markers, in the order in which they follow where nothing else says so. */
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

/** Which section is shortened first where there is too much: what GitHub shows elsewhere goes, what it can't know stays. */
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

/** How much of a section is shown; one that does not even fit when it is short is a single sentence. */
export const LEVELS = ["full", "short"] as const;
export type Level = (typeof LEVELS)[number];

/** The content of each section without its heading and markers: empty where it has nothing to say, `null` where it is left out. */
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
