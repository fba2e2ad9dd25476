import { ownWords, type SafeMarkdown } from "../../../text/safe.ts";
import { type Claim, type Evidence, evidenceFor } from "../findings/claims.ts";
import { type DescribeSection, shortenedLines } from "./describe-section.ts";
import { shortSha } from "../../../text/short-sha.ts";

const CLAIMS_MAX = { full: 30, short: 8 };
const CHECKS_NAMED_MAX = 3;

const KIND_WORDS: Readonly<Record<Claim["kind"], SafeMarkdown | null>> = {
  tests: ownWords("Tests"),
  build: ownWords("Build"),
  lint: ownWords("Lint"),
  other: null,
};

const NONE = ownWords("none");
const NOTHING: Evidence = { state: "none", checks: [] };

/** What the agents claim about their work, and what the checks on exactly this commit say about it. */
export const describeClaims: DescribeSection = ({ completion, checks, headSha }, wording) => {
  const claims = completion.claims ?? [];
  const take = shortenedLines(claims, CLAIMS_MAX, ({ kind, text }) => {
    const evidence = checks === null ? NOTHING : evidenceFor(kind, checks);
    return {
      kind: KIND_WORDS[kind],
      text: wording.claim(text),
      state: evidence.state === "none" ? NONE : ownWords(evidence.state),
      checks: evidence.checks.slice(0, CHECKS_NAMED_MAX).map(wording.code),
      moreChecks: Math.max(0, evidence.checks.length - CHECKS_NAMED_MAX),
    };
  });
  const commit = headSha === null ? null : wording.code(shortSha(headSha));
  return (level) => {
    if (claims.length === 0) return null;
    const { items, more } = take(level);
    // If no claim is verified, say it once instead of after each claim.
    const unchecked = items.every(({ state }) => state === NONE);
    const checkable = checks !== null && claims.some(({ kind }) => kind !== "other");
    return { items, more, commit, unchecked, checkable };
  };
};
