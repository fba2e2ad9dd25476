import { fileURLToPath } from "node:url";
import type { MergeRequirements } from "../../../src/github/facts/branch-rules.ts";
import type { ChangeAnalysis } from "../../../src/changes/rules/change-analysis.ts";
import type { ClassifiedFile } from "../../../src/changes/rules/file-kinds.ts";
import type { RenderTemplate } from "../../../src/descriptions/rules/describe/describe.ts";
import { composeBody } from "../../../src/descriptions/rules/compose-body.ts";
import type { DescriptionFacts } from "../../../src/descriptions/rules/description-facts.ts";
import { NOTHING_REQUIRED } from "../../../src/descriptions/rules/findings/merge-requirements.ts";
import { findSections } from "../../../src/descriptions/rules/marked/section-marks.ts";
import type { Completion } from "../../../src/signals/signal.ts";
import { ownWords } from "../../../src/text/safe.ts";
import { Templates } from "../../../src/text/templates/templates.ts";
import { MINIMAL_COMPLETION } from "./completion.ts";

const templates = new Templates(fileURLToPath(new URL("../../../templates", import.meta.url)));

export const MARKER = ownWords("<!-- orb:pull-request MARKER -->");
export const render: RenderTemplate = (name, values) => templates.render(name, values);

export const NO_REQUIREMENTS: MergeRequirements = { ...NOTHING_REQUIRED, unread: [] };

export function file(path: string, change: Partial<ClassifiedFile> = {}): ClassifiedFile {
  return {
    path,
    previousPath: null,
    status: "modified",
    additions: 1,
    deletions: 0,
    kind: "source",
    generated: false,
    vendored: false,
    ...change,
  };
}

/** The facts of a small feature; the totals are computed from the files unless given. */
export function descriptionFacts(
  completion: Partial<Completion> = {},
  analysis: Partial<ChangeAnalysis> = {},
  others: Partial<Omit<DescriptionFacts, "completion" | "analysis">> = {},
): DescriptionFacts {
  const files = analysis.files ?? [file("src/csv.ts", { status: "added", additions: 9, deletions: 1 })];
  return {
    completion: { ...MINIMAL_COMPLETION, ...completion },
    comparison: { behindBy: 0 },
    commits: [],
    headSha: "1234567".padEnd(40, "0"),
    base: "main",
    defaultBranch: "main",
    analysis: {
      type: "feature",
      typeBecause: "Labelled feature because the signal says so",
      disagreement: null,
      size: { size: "XS", lines: 10, linesLeftOut: 0 },
      areas: [],
      risks: [],
      notes: [],
      problems: [],
      ...analysis,
      files,
    },
    totals: {
      files: files.length,
      exact: true,
      additions: files.reduce((sum, { additions }) => sum + additions, 0),
      deletions: files.reduce((sum, { deletions }) => sum + deletions, 0),
    },
    plan: null,
    requirements: null,
    checks: null,
    siblings: [],
    disclosure: null,
    notes: [],
    policy: { closes: [], gitHubHost: "github.com", linkHosts: [] },
    ...others,
  };
}

/** The description in our own layout. */
export function bodyOf(facts: DescriptionFacts): string {
  return composeBody(facts, { layout: { kind: "own" }, marker: MARKER, render, inCheckRun: false }).body;
}

/** The text between the markers of a section, with its heading; invisible characters are shown as `¦`. */
export function sectionOf(facts: DescriptionFacts, name: string): string {
  const body = bodyOf(facts);
  const found = findSections(body).find((one) => one.name === name);
  if (!found) return "not there";
  return body
    .slice(found.contentFrom, found.contentTo)
    .replaceAll(/[\u200b\u00a0]/g, "¦")
    .trim();
}
