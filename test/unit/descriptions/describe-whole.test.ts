import { expect, test } from "../../support/testing.ts";
import { check } from "../github/check-state.ts";
import { bodyOf, descriptionFacts, file, NO_REQUIREMENTS } from "./description-facts.ts";

test("a description shows everything that is known", () => {
  const facts = descriptionFacts(
    {
      summary: "Exports invoices as CSV, for @octocat.\n\n```ts\nfirst();\n\n\nsecond();\n```",
      issues: [1, 12, 1],
      changes: ["Add an export", "Escape a | b"],
      recommendations: [
        { agent: "architect", severity: "info", text: "Totals are left out on purpose." },
        { agent: "security-reviewer", severity: "critical", text: "Keep the guard on." },
        { agent: "test-writer", severity: "info", text: "Try it in a spreadsheet." },
      ],
      claims: [
        { kind: "tests", text: "All 22 tests pass" },
        { kind: "build", text: "Types are right" },
        { kind: "lint", text: "No findings" },
        { kind: "other", text: "It is fast" },
      ],
      agents: [
        { name: "implementer", model: "large-1", durationMs: 248_700, costUsd: 0.6 },
        { name: "solo" },
      ],
      requestedBy: "tom-de-vries",
    },
    {
      files: [
        file("README.md", { kind: "docs" }),
        file("src/a|b.ts", { status: "renamed", previousPath: "src/old.ts", additions: 1_040, deletions: 2 }),
        file("test/a.test.ts", { kind: "test", status: "added", additions: 12 }),
        file("package-lock.json", { generated: true, kind: "dependencies", additions: 3_000 }),
      ],
      risks: ["`src/auth/` is protected."],
      disagreement: "The agents call it a chore, and it adds an export.",
    },
    {
      comparison: { behindBy: 2 },
      siblings: [
        { repository: "acme/api", number: 3, state: "merged", checks: "passed", review: "approved" },
      ],
      commits: [{ sha: "abcdef1234", message: "Add\n\nFixes #9 for @octocat" }],
      plan: { areas: ["src/**", "docs/**"], steps: [] },
      checks: [
        check("test", "passed", { required: true }),
        check("build", "failed", { required: true }),
        check("lint", "pending"),
      ],
      requirements: {
        ...NO_REQUIREMENTS,
        approvals: 2,
        codeOwnerReview: true,
        dismissStale: true,
        lastPushApproval: true,
        resolvedConversations: true,
        checks: [
          { context: "test", appId: null },
          { context: "build", appId: 1 },
          { context: "lint", appId: null },
          { context: "e2e", appId: null },
        ],
        upToDate: true,
        signatures: true,
        linearHistory: true,
        mergeQueue: true,
        deployments: ["staging"],
        pushRestricted: true,
        others: ["code_scanning"],
        unread: [{ code: "x", reason: "The rules of the branch could not be read.", remedy: "Allow it." }],
      },
      disclosure: "Agents' work is reviewed as everybody's.",
      notes: [{ code: "y", reason: "GitHub refused ines as a reviewer.", remedy: "Add them." }],
    },
  );
  expect(bodyOf(facts).replaceAll("\u200b", "¦").replaceAll("\u00a0", "~")).toMatchInlineSnapshot(`
"<!-- orb:summary:start -->

Exports invoices as CSV, for @¦octocat.

\`\`\`ts
first();


second();
\`\`\`

<!-- orb:summary:end -->

<!-- orb:issues:start -->

- Closes #1
- Closes #12

<!-- orb:issues:end -->

<!-- orb:risk:start -->

## Risk

**High**, because:

- \`src/auth/\` is protected.

The agents call it a chore, and it adds an export.

<!-- orb:risk:end -->

<!-- orb:claims:start -->

## What the agents claim

- ✅ **Tests:** All 22 tests pass<br><sub>Verified by CI: \`test\` passed on \`1234567\`.</sub>
- ❌ **Build:** Types are right<br><sub>Contradicted by CI: \`build\` failed on \`1234567\`.</sub>
- ⏳ **Lint:** No findings<br><sub>Not verified yet: \`lint\` is still running on \`1234567\`.</sub>
- It is fast<br><sub>Not verified: no check covers this on \`1234567\`.</sub>

<!-- orb:claims:end -->

<!-- orb:tests:start -->

## Tests

1 test file added: **+12 −0** in \`test/a.test.ts\`

<!-- orb:tests:end -->

<!-- orb:how:start -->

## How

- Add an export
- Escape a \\| b

<!-- orb:how:end -->

<!-- orb:recommendations:start -->

## What the agents recommend

**Critical**

- Keep the guard on. — security-reviewer

**For information**

- Totals are left out on purpose. — architect
- Try it in a spreadsheet. — test-writer

<!-- orb:recommendations:end -->

<!-- orb:plan:start -->

## Compared with the plan

- **Not planned:** \`test/a.test.ts\`, \`README.md\`
- **Planned but not changed:** \`docs/**\`

<!-- orb:plan:end -->

<!-- orb:merge:start -->

## Before merging

- 2 approvals, one of them from a code owner if the files have one; a new push dismisses them
- Approval from somebody else than the last person who pushed: if you push to this branch, your approval does not count
- ✅ \`test\` passed
- ❌ \`build\` failed
- ⏳ \`lint\` is still running
- ⏳ \`e2e\` has not reported yet
- Every conversation resolved
- ❌ Branch up to date with \`main\`: it is 2 commits behind
- Signed commits
- A linear history: squash or rebase
- Merging through the merge queue
- A successful deployment to \`staging\`
- A merge by somebody who is allowed to push to \`main\`
- Rule: \`code_scanning\`

The commit messages do more than this description says:

- \`abcdef1\` says \`Fixes #9\`, which closes that issue, and mentions \`@octocat\`

What the bot could not do or read:

- The rules of the branch could not be read. Allow it.
- GitHub refused ines as a reviewer. Add them.

<!-- orb:merge:end -->

<!-- orb:siblings:start -->

## Part of a change set

- [\`acme/api#3\`](https://github.com/acme/api/pull/3): ✅ merged

<!-- orb:siblings:end -->

<!-- orb:files:start -->

## Files

4 files, **+4~053 −2**

| File | Kind | Change | + | − |
| --- | --- | --- | ---: | ---: |
| \`src/a\\|b.ts\` | source | renamed from \`src/old.ts\` | 1~040 | 2 |
| \`test/a.test.ts\` | tests | added | 12 | 0 |
| \`README.md\` | docs | modified | 1 | 0 |

Generated or vendored, not shown above: 1 file, **+3~000 −0** (\`package-lock.json\`)

<!-- orb:files:end -->

<!-- orb:provenance:start -->

Agents' work is reviewed as everybody's.

<sub>🤖 Written by AI agents for project \`csv-export-1\`, at the request of \`tom-de-vries\`; opened by Orb bot. Agents: implementer on large-1, 4 min 9 s, $0.60; solo.</sub>

<!-- orb-provenance: {"project":"csv-export-1","requestedBy":"tom-de-vries","headSha":"1234567000000000000000000000000000000000","agents":[{"name":"implementer","model":"large-1","durationMs":248700,"costUsd":0.6},{"name":"solo","model":null,"durationMs":null,"costUsd":null}],"agentsInAll":2} -->

<!-- orb:provenance:end -->

<!-- orb:footer:start -->

<sub>The bot keeps its sections of this description up to date. Text that you write around them stays. If you edit a section, your text stays and the bot stops updating that section. A label that you remove stays removed. Commands, in a comment: \`/orb help\`, \`status\`, \`refresh\`, \`retry\`, \`ready\`, \`draft\`, \`hold\`, \`unhold\`, \`cleanup\`.</sub>

<!-- orb:footer:end -->

<!-- orb:written summary=c78ee58fa15f issues=0b441fab6b38 risk=a462c666ded1 claims=0fd369f28ef4 tests=a606d331ec45 how=5e6b966f5006 recommendations=9c0ead4d97f1 plan=fe489717dcdf merge=344c48b83af6 siblings=a428b6070002 files=c6cfb2d00212 provenance=2330942db4e2 footer=5f29cd2fb291 -->
<!-- orb:pull-request MARKER -->"
`);
});
