import type { Refusal } from "../../errors.ts";
import type { SettingsProblem } from "../../repository-settings/problem.ts";
import type { SafeMarkdown, SafeText } from "../../text/safe.ts";
import { sanitizeInline, sanitizeText } from "../../text/sanitize.ts";
import type { RenderTemplate } from "./describe.ts";

const PROBLEMS_SHOWN = 30;
const LINE_CHARACTERS_MAX = 600;
/** Nobody's issue is closed and no other host is linked by a sentence about a file. */
const POLICY = { closes: [], gitHubHost: "", linkHosts: [] };

/** What stands on the check run, for want of another place. */
export interface CheckNotes {
  readonly title: SafeText;
  readonly summary: SafeMarkdown;
  readonly text: SafeMarkdown | null;
}

/**
 * What is to be told on the commit's check run: what the description has no room for, and what is wrong with the
 * repository's own files; `null` where there is nothing to tell, and nothing was.
 */
export function checkNotes(
  {
    overflow,
    problems,
    settings,
    isThere,
  }: {
    readonly overflow: SafeMarkdown | null;
    readonly problems: readonly Refusal[];
    /** Problems of the settings: those that nobody was told of yet, and all of them where the check run is there. */
    readonly settings: readonly SettingsProblem[];
    /** The commit has its check run, so what stands there is kept true. */
    readonly isThere: boolean;
  },
  render: RenderTemplate,
): CheckNotes | null {
  const count = problems.length + settings.length;
  if (count === 0 && overflow === null && !isThere) return null;
  const line = (text: string) => sanitizeInline(text, LINE_CHARACTERS_MAX, POLICY);
  const shown = [
    ...settings.map((problem) => ({ place: line(place(problem)), problem })),
    ...problems.map((problem) => ({ place: null, problem })),
  ].slice(0, PROBLEMS_SHOWN);
  return {
    title: titleOf(count, overflow !== null),
    summary: render("check-run/notes", {
      overflow: overflow !== null,
      nothing: count === 0 && overflow === null,
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
  if (count === 0) return sanitizeText(hasOverflow ? "The description goes on here" : "Nothing to mend", 100);
  const things = count === 1 ? "One thing" : `${count} things`;
  return sanitizeText(`${things} to mend${hasOverflow ? ", and more of the description" : ""}`, 100);
}

function place({ file, line }: SettingsProblem): string {
  return `${file === "owner" ? "The owner's .github/orb.yml" : ".github/orb.yml"}, line ${line}`;
}
