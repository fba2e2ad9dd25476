import type { DescriptionFacts } from "../../../src/descriptions/rules/description-facts.ts";
import { describeTitle } from "../../../src/descriptions/rules/describe/describe-title.ts";
import { skippedChecks, skippingCommits } from "../../../src/descriptions/rules/findings/skipped-checks.ts";
import { sanitizeMarkdown } from "../../../src/text/markdown/sanitize.ts";
import { describe, expect, test } from "../../support/testing.ts";
import { MINIMAL_COMPLETION } from "./completion.ts";
import { descriptionFacts, NO_REQUIREMENTS, sectionOf } from "./description-facts.ts";

const HEAD = "1234567".padEnd(40, "0");
const ZERO_WIDTH_SPACE = "\u200b";
const INSTRUCTIONS = [
  "[skip ci]",
  "[ci skip]",
  "[no ci]",
  "[skip actions]",
  "[actions skip]",
  "[Skip CI]",
  "[skip netlify]",
  "[vercel skip]",
  "[skip azure pipelines]",
  "***NO_CI***",
  "skip-checks:true",
  "skip-checks: true",
];

describe("an instruction to skip checks", () => {
  test.each(INSTRUCTIONS)("has no effect in a title, and reads the same: %s", (words) => {
    for (const text of [`${words} Add a page`, `Add a page ${words}`, words, `a${words}b`]) {
      const fromSignal = { completion: { ...MINIMAL_COMPLETION, title: text }, comparison: { commits: [] } };
      const commits = [{ sha: HEAD, subject: text, message: text }];
      const fromCommit = { completion: MINIMAL_COMPLETION, comparison: { commits } };
      for (const facts of [fromSignal, fromCommit]) {
        const title = describeTitle(facts);
        expect(title).not.toContain(words);
        expect(title.replaceAll(ZERO_WIDTH_SPACE, "")).toBe(text);
      }
    }
  });

  test("has no effect if something unseen was in it", () => {
    const completion = { ...MINIMAL_COMPLETION, title: `Add [skip${ZERO_WIDTH_SPACE} ci\u00ad]` };
    expect(describeTitle({ completion, comparison: { commits: [] } })).toBe(
      `Add [skip${ZERO_WIDTH_SPACE} ci]`,
    );
  });

  test.each(INSTRUCTIONS)(
    "has no effect in a description, which may become the message of a commit: %s",
    (words) => {
      const policy = { closes: [], gitHubHost: "github.com", linkHosts: [] };
      for (const text of [words, `\`${words}\``, `\`\`\`\n${words}\n\`\`\``, `# ${words}`]) {
        const once = sanitizeMarkdown(text, 1_000, policy);
        expect(once).not.toContain(words);
        expect(sanitizeMarkdown(once, 1_000, policy)).toBe(once);
      }
    },
  );

  test.each(["[skipped] ci", "skip ci", "[ci]", "[x] skip", "Skip checks: truely", "[skip]"])(
    "%s is none",
    (text) => {
      const completion = { ...MINIMAL_COMPLETION, title: text };
      expect(describeTitle({ completion, comparison: { commits: [] } })).toBe(text);
    },
  );
});

describe("required checks of a last commit that says to skip them", () => {
  const requirements = { ...NO_REQUIREMENTS, checks: [{ context: "build", appId: null }] };
  const earlier = { sha: "f".repeat(40), message: "Begin" };
  const saying = (message: string) => [earlier, { sha: HEAD, message }];
  const passed = {
    id: 1,
    name: "build",
    state: "passed",
    conclusion: "success",
    description: null,
    url: null,
    required: true,
  } as const;

  test.each([
    "End [skip ci]",
    "End\n\nBecause.\n\n[actions skip]",
    "End\n\nskip-checks: true\n",
    "End\n\n\nskip-checks:true",
  ])("never report: %j", (message) => {
    for (const checks of [null, [], [{ ...passed, name: "other" }]]) {
      const refusal = skippedChecks({ commits: saying(message), headSha: HEAD, requirements, checks });
      expect(refusal?.reason).toContain("GitHub Actions does not run on the last commit, 1234567");
      expect(refusal?.remedy).toContain("git commit --allow-empty");
    }
  });

  test.each<[string, Partial<DescriptionFacts>]>([
    [
      "an earlier commit says it",
      {
        commits: [
          { ...earlier, message: "[skip ci]" },
          { sha: HEAD, message: "End" },
        ],
      },
    ],
    ["the trailer is not the last line", { commits: saying("End\n\nskip-checks: true\n\nMore.") }],
    ["the trailer is the subject", { commits: saying("skip-checks: true") }],
    ["only another service obeys the words", { commits: saying("End [skip netlify]") }],
    ["they have reported", { checks: [passed] }],
    ["none is required", { requirements: NO_REQUIREMENTS }],
    ["the requirements were not read", { requirements: null }],
    ["the last commit is not known", { headSha: null }],
  ])("may report if %s", (_what, facts) => {
    const known = { commits: saying("End [skip ci]"), headSha: HEAD, requirements, checks: null };
    expect(skippedChecks({ ...known, ...facts })).toBeNull();
  });

  test("are said to stay pending below them, with the remedy; and what merging would skip", () => {
    const commits = saying("End [skip ci]");
    expect(sectionOf(descriptionFacts({}, {}, { commits, requirements, checks: [] }), "merge")).toBe(
      `## Before merging

- ⏳ \`build\` has not reported yet
- ❌ GitHub Actions does not run on the last commit, 1234567, because its message says \`[skip¦ ci]\`. Required checks that it runs will never report, so the pull request can't be merged. Push a commit with another message; \`git commit --allow-empty\` is enough.

Merging may skip the workflows on \`main\`, because commit messages ask for it:

- \`1234567\` says \`[skip¦ ci]\``,
    );
  });

  test("are not the only ones: every commit that says it is named", () => {
    const commits = [...saying("End [no ci]"), { sha: "a".repeat(40), message: "x" }];
    expect(skippingCommits(commits)).toEqual([{ sha: "1234567", words: ["[no ci]"] }]);
  });
});
