import { ownWords } from "../../../text/safe.ts";
import { type DescribeSection, shortenedLines } from "./describe-section.ts";

const RECOMMENDATIONS_MAX = { full: 30, short: 6 };

const SEVERITIES = [
  { severity: "critical", words: ownWords("Critical") },
  { severity: "warning", words: ownWords("Warning") },
  { severity: "info", words: ownWords("For information") },
] as const;

/** What the agents want a person to know or to do, the most severe first. */
export const describeRecommendations: DescribeSection = ({ completion }, wording) => {
  const all = SEVERITIES.flatMap(({ severity, words }) =>
    (completion.recommendations ?? [])
      .filter((recommendation) => recommendation.severity === severity)
      .map(({ agent, text }) => ({ agent, text, words })),
  );
  const take = shortenedLines(all, RECOMMENDATIONS_MAX, ({ agent, text, words }) => ({
    severity: words,
    text: wording.item(text),
    agent: wording.name(agent),
  }));
  return (level) => {
    if (all.length === 0) return null;
    const { items, more } = take(level);
    const groups = Map.groupBy(items, ({ severity }) => severity);
    return { groups: [...groups].map(([severity, items]) => ({ severity, items })), more };
  };
};
