import type { RenderTemplate } from "../../../descriptions/rules/describe/describe.ts";
import type { CheckAction, CheckProgress } from "../../../github/deeds/check-runs.ts";
import { CHECK_OUTPUT_BYTES_MAX, CHECK_TITLE_BYTES_MAX } from "../../../github/rules/text-limits.ts";
import { mostThatFit } from "../../../text/clip.ts";
import { joined, ownWords, type SafeMarkdown, type SafeText } from "../../../text/safe.ts";
import { sanitizeInline, sanitizeText, withinBytes } from "../../../text/markdown/sanitize.ts";
import { NOTES_POLICY } from "../../plan/rules/check-notes.ts";
import type { CheckNotes } from "../../record/rules/notes.ts";
import type { CheckTruth } from "./check-conclusion.ts";

const TITLE_CHARACTERS_MAX = 100;
const LINE_CHARACTERS_MAX = 300;
const LINES_MAX = 50;

/** The content and the buttons of the check run `orb`. */
export interface CheckReport extends CheckNotes {
  readonly progress: CheckProgress;
  readonly actions: readonly CheckAction[];
}

const BUTTONS: readonly CheckAction[] = [
  {
    label: sanitizeText("Retry", 20),
    description: sanitizeText("Retry what failed", 40),
    identifier: "retry",
  },
  {
    label: sanitizeText("Refresh", 20),
    description: sanitizeText("Regenerate the description", 40),
    identifier: "refresh",
  },
];

/**
 * The report on a commit's check run: what the description has no room for, and the state of the pull request.
 * `null` if nobody waits for a report: there are no notes, nobody has to act, there is no earlier check run that would stay
 * outdated, and the base does not require one.
 *
 * @param truth `null` if there was no look at the pull request yet
 * @param demanded whether the base requires a check of this name: without one nothing could be merged
 */
export function checkReport(
  {
    notes,
    truth,
    there,
    demanded,
  }: {
    readonly notes: CheckNotes | null;
    readonly truth: CheckTruth | null;
    readonly there: boolean;
    readonly demanded: boolean;
  },
  render: RenderTemplate,
): CheckReport | null {
  const waits = truth !== null && (truth.conclusion === null || truth.conclusion === "action_required");
  if (notes === null && !waits && !there && !demanded) return null;
  const room = CHECK_OUTPUT_BYTES_MAX - Buffer.byteLength(notes?.summary ?? "") - "\n\n".length;
  const summaries = [notes?.summary, truth && linesOf(truth, render, room)].filter(
    (part) => typeof part === "string",
  );
  const { conclusion } = truth ?? { conclusion: "neutral" as const };
  return {
    title: notes && !waits ? notes.title : titleOf(truth?.title ?? UNSAID),
    summary: joined(summaries.length > 0 ? summaries : [ownWords(UNSAID)], "\n\n"),
    text: notes?.text ?? null,
    progress: conclusion === null ? { status: "in_progress" } : { status: "completed", conclusion },
    actions: BUTTONS,
  };
}

const UNSAID = "Nothing to report yet";

function titleOf(text: string): SafeText {
  return withinBytes(sanitizeText(text, TITLE_CHARACTERS_MAX), CHECK_TITLE_BYTES_MAX);
}

function linesOf({ lines }: CheckTruth, render: RenderTemplate, bytesMax: number): SafeMarkdown {
  const shown = lines
    .slice(0, LINES_MAX)
    .map((line) => sanitizeInline(line, LINE_CHARACTERS_MAX, NOTES_POLICY, { isPlain: true }));
  const state = (length: number) =>
    render("check-run/state", { lines: shown.slice(0, length), more: lines.length - length });
  return mostThatFit(shown.length, state, bytesMax);
}
