import { readable, readableCharacters } from "../../../text/markdown/markdown-cost.ts";
import type { DescribeSection } from "./describe-section.ts";

const SUMMARY_LIMITS = {
  full: { characters: 20_000, cost: 330_000 },
  short: { characters: 1_500, cost: 10_000 },
};
const ISSUES_MAX = { full: 100, short: 25 };

/** What was done and why, as written by the agents. If it is cut, it says so. */
export const describeSummary: DescribeSection = ({ completion: { summary } }, wording) => {
  const full = wording.markdown(summary, SUMMARY_LIMITS.full);
  return (level) => ({
    summary: level === "full" ? full : wording.markdown(summary, SUMMARY_LIMITS[level]),
    cut: readableCharacters(summary, SUMMARY_LIMITS[level]) < summary.length,
  });
};

/** What no description shows of a summary, because it is too long or too complex; usually empty. */
export function restOfSummary(summary: string): string {
  const read = readable(summary, SUMMARY_LIMITS.full);
  return read === summary ? "" : summary.slice(read.replace(/\s*…$/, "").length).trim();
}

/**
 * The issues that the project is about. The merge closes them if the base is the default branch; for other bases
 * GitHub ignores closing keywords.
 * https://docs.github.com/en/issues/tracking-your-work-with-issues/using-issues/linking-a-pull-request-to-an-issue
 */
export const describeIssues: DescribeSection = ({ completion, base, defaultBranch }, wording) => {
  const issues = [...new Set(completion.issues)];
  const closes = base === defaultBranch;
  const branch = wording.code(defaultBranch);
  return (level) =>
    issues.length === 0
      ? null
      : {
          issues: issues.slice(0, ISSUES_MAX[level]),
          more: Math.max(0, issues.length - ISSUES_MAX[level]),
          closes,
          branch,
        };
};
