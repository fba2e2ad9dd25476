import type { Refusal } from "../../../errors.ts";
import type { SettingsProblem } from "../../../repository-settings/problem.ts";
import type { SafeMarkdown, SafeText } from "../../../text/safe.ts";
import { sanitizeInline, sanitizeText } from "../../../text/sanitize.ts";
import type { CheckNotes } from "../../record/rules/notes.ts";
import type { RenderTemplate } from "../../../descriptions/rules/describe.ts";

const PROBLEMS_SHOWN = 30;
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
    told,
  }: {
    readonly overflow: SafeMarkdown | null;
    readonly problems: readonly Refusal[];
    readonly settingsProblems: readonly SettingsProblem[];
    /** There is a check run on the commit already, which must not stay outdated. */
    readonly told: boolean;
  },
  render: RenderTemplate,
): CheckNotes | null {
  const count = problems.length + settingsProblems.length;
  if (count === 0 && overflow === null && !told) return null;
  const line = (text: string) => sanitizeInline(text, LINE_CHARACTERS_MAX, NOTES_POLICY, { isPlain: true });
  const shown = [
    ...settingsProblems.map((problem) => ({ place: line(place(problem)), problem })),
    ...problems.map((problem) => ({ place: null, problem })),
  ].slice(0, PROBLEMS_SHOWN);
  return {
    title: titleOf(count, overflow !== null),
    summary: render("check-run/notes", {
      overflow: overflow !== null,
      more: count - shown.length,
      problems: shown.map(({ place, problem }) => ({
        place,
        reason: line(problem.reason),
        remedy: line(problem.remedy),
      })),
    }),
    text: overflow,
  };
}

function titleOf(count: number, hasOverflow: boolean): SafeText {
  if (count === 0 && !hasOverflow) return sanitizeText("Nothing to report", 100);
  if (count === 0) return sanitizeText("More of the description", 100);
  const things = count === 1 ? "One thing" : `${count} things`;
  return sanitizeText(`${things} to fix${hasOverflow ? ", and more of the description" : ""}`, 100);
}

function place({ file, line }: SettingsProblem): string {
  return `${file === "owner" ? "The owner's .github/orb.yml" : ".github/orb.yml"}, line ${line}`;
}
