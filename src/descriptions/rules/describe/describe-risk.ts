import type { ChangeAnalysis } from "../../../changes/rules/change-analysis.ts";
import { type DescribeSection, shortenedLines } from "./describe-section.ts";

const REASONS_MAX = { full: 20, short: 5 };

/** Why reviewers should read the change more carefully, and if it is of another type than the agents say. */
export const describeRisk: DescribeSection = ({ analysis }, wording) => {
  const asLines = (texts: readonly string[]) =>
    shortenedLines(
      texts.map((text) => ({ text })),
      REASONS_MAX,
      ({ text }) => wording.sentence(text),
    );
  const notes = analysis.notes.filter((note) => !isSaidElsewhere(note.about, analysis));
  const reasons = asLines(analysis.risks);
  const noteLines = asLines(notes.map(({ text }) => text));
  const disagreement = analysis.disagreement === null ? null : wording.sentence(analysis.disagreement);
  return (level) =>
    analysis.risks.length === 0 && notes.length === 0 && disagreement === null
      ? null
      : { ...reasons(level), notes: noteLines(level).items, disagreement };
};

/**
 * Missing tests are reported in the section about tests, which only a change of docs does not have. In a change of
 * dependencies, new dependencies are no news.
 */
function isSaidElsewhere(
  about: ChangeAnalysis["notes"][number]["about"],
  { type }: Pick<ChangeAnalysis, "type">,
): boolean {
  return about === "tests" ? type !== "docs" : about === "dependencies" && type === "dependencies";
}
