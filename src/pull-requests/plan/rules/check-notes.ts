import type { Refusal } from "../../../errors.ts";
import type { InForce } from "../../../repository-settings/in-force.ts";
import type { SettingsProblem } from "../../../repository-settings/problem.ts";
import { mostThatFit } from "../../../text/clip.ts";
import type { SafeMarkdown, SafeText } from "../../../text/safe.ts";
import { sanitizeInline, sanitizeText } from "../../../text/markdown/sanitize.ts";
import type { CheckNotes } from "../../record/rules/notes.ts";
import type { RenderTemplate } from "../../../descriptions/rules/describe/describe.ts";

const PROBLEMS_SHOWN = 30;
/** The rest of a check run's summary is for the state of the pull request. */
const NOTES_BYTES_MAX = 40_000;
const LINE_CHARACTERS_MAX = 600;
/** Sentences about files close no issues and link no other hosts. */
export const NOTES_POLICY = { closes: [], gitHubHost: "", linkHosts: [] };

/**
 * The notes for the commit's check run: what the description has no room for, and the mistakes in the
 * repository's own files; `null` if there are none now and were none before.
 */
export function checkNotes(
  {
    overflow,
    problems,
    settingsProblems,
    fileNames,
    told,
  }: {
    readonly overflow: SafeMarkdown | null;
    readonly problems: readonly Refusal[];
    readonly settingsProblems: readonly SettingsProblem[];
    readonly fileNames: InForce["fileNames"];
    /** There is a check run on the commit already, which must not stay outdated. */
    readonly told: boolean;
  },
  render: RenderTemplate,
): CheckNotes | null {
  const count = problems.length + settingsProblems.length;
  if (count === 0 && overflow === null && !told) return null;
  const line = (text: string) => sanitizeInline(text, LINE_CHARACTERS_MAX, NOTES_POLICY, { isPlain: true });
  const shown = [
    ...settingsProblems.map((problem) => ({ place: line(place(problem, fileNames)), problem })),
    ...problems.map((problem) => ({ place: null, problem })),
  ]
    .slice(0, PROBLEMS_SHOWN)
    .map(({ place, problem }) => ({ place, reason: line(problem.reason), remedy: line(problem.remedy) }));
  const summary = (length: number) =>
    render("check-run/notes", {
      overflow: overflow !== null,
      more: count - length,
      problems: shown.slice(0, length),
    });
  return {
    title: titleOf(count, overflow !== null),
    summary: mostThatFit(shown.length, summary, NOTES_BYTES_MAX),
    text: overflow,
  };
}

function titleOf(count: number, hasOverflow: boolean): SafeText {
  if (count === 0 && !hasOverflow) return sanitizeText("Nothing to report", 100);
  if (count === 0) return sanitizeText("More of the description", 100);
  const things = count === 1 ? "One thing" : `${count} things`;
  return sanitizeText(`${things} to fix${hasOverflow ? ", and more of the description" : ""}`, 100);
}

function place({ file, line }: SettingsProblem, fileNames: InForce["fileNames"]): string {
  return `${fileNames[file].replace(/^the /, "The ")}, line ${line}`;
}
