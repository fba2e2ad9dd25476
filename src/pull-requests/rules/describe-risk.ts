import { type DescribeSection, shortenedLines } from "./describe-section.ts";

const REASONS_MAX = { full: 20, short: 5 };

/** Why the change deserves a closer look, and where the agents call it something that it is not. */
export const describeRisk: DescribeSection = ({ analysis }, wording) => {
  const take = shortenedLines(
    analysis.risks.map((text) => ({ text })),
    REASONS_MAX,
    ({ text }) => wording.line(text),
  );
  const disagreement = analysis.disagreement === null ? null : wording.line(analysis.disagreement);
  return (level) =>
    analysis.risks.length === 0 && disagreement === null ? null : { ...take(level), disagreement };
};
