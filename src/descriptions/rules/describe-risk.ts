import type { ChangeAnalysis } from "../../changes/rules/change-analysis.ts";
import { type DescribeSection, shortenedLines } from "./describe-section.ts";

const REASONS_MAX = { full: 20, short: 5 };

/** Why the change deserves a closer look, and where the agents call it something that it is not. */
export const describeRisk: DescribeSection = ({ analysis }, wording) => {
  const asLines = (texts: readonly string[]) =>
    shortenedLines(
      texts.map((text) => ({ text })),
      REASONS_MAX,
      ({ text }) => wording.line(text),
    );
  const notes = analysis.notes.filter((note) => !isSaidElsewhere(note.about, analysis));
  const reasons = asLines(analysis.risks);
  const alsoWorthALook = asLines(notes.map(({ text }) => text));
  const disagreement = analysis.disagreement === null ? null : wording.line(analysis.disagreement);
  return (level) =>
    analysis.risks.length === 0 && notes.length === 0 && disagreement === null
      ? null
      : { ...reasons(level), notes: alsoWorthALook(level).items, disagreement };
};

/** The section on tests says that there are none, which a change of docs has not; dependencies are all that such a change is about. */
function isSaidElsewhere(
  about: ChangeAnalysis["notes"][number]["about"],
  { type }: Pick<ChangeAnalysis, "type">,
): boolean {
  return about === "tests" ? type !== "docs" : about === "dependencies" && type === "dependencies";
}
