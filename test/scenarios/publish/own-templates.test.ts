import { expect, test } from "@jest/globals";
import { renderedOnGitHub, sectionOf } from "../../support/description.ts";
import { useScenario } from "../../support/scenario.ts";

const scenario = useScenario();
const TEMPLATE = ".github/orb/feature.md";

/** Where the words stand in a description, in their order. */
function placesOf({ body }: { body: string | null }, words: readonly string[]): number[] {
  return words.map((word) => (body ?? "").indexOf(word));
}

test("a repository arranges the sections in words of its own, and they are kept up to date there", async () => {
  const repository = await scenario.another("arranged", {
    files: { [TEMPLATE]: "# For {{ project }}\n\n{{ files }}\n\nThen read this:\n\n{{ summary }}\n" },
  });
  await scenario.complete("arranged", { repository, data: { type: "feature", summary: "First words." } });
  const pullRequest = await scenario.opened("arranged");
  const order = ["# For `arranged`", "src/arranged-30.ts", "Then read this:", "First words."];
  const places = placesOf(pullRequest, order);
  expect(places).not.toContain(-1);
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(sectionOf(pullRequest, "provenance")).toBeNull();

  await scenario.completeAgain("arranged", { data: { type: "feature", summary: "Second words." } });
  expect(sectionOf(pullRequest, "summary")).toBe("Second words.");
  expect(sectionOf(pullRequest, "files")).toContain("src/arranged-40.ts");
  expect(pullRequest.body).toContain("Then read this:");
});

test("one with a mistake is passed over, and its line is told on the check run and as a shortcoming", async () => {
  const repository = await scenario.another("mistaken", {
    files: { [TEMPLATE]: "# Ours\n\n{{ summary }}\n\n{{ sumary }}\n" },
  });
  await scenario.complete("mistaken", { repository, data: { type: "feature", summary: "What it does." } });
  const pullRequest = await scenario.opened("mistaken");
  expect(pullRequest.body).not.toContain("# Ours");
  expect(sectionOf(pullRequest, "summary")).toBe("What it does.");
  const where = `${TEMPLATE}, line 5`;
  const { shortcomings } = await scenario.listed("mistaken", ({ status }) => status === "open");
  expect(shortcomings).toEqual([
    {
      code: "template_invalid",
      reason: expect.stringContaining(where) as unknown,
      remedy: expect.stringContaining("summary") as unknown,
    },
  ]);
  expect(repository.checkRuns).toMatchObject([
    { name: "orb", headSha: pullRequest.headSha, status: "completed", conclusion: "neutral" },
  ]);
  expect(repository.checkRuns[0]?.output.summary).toContain(where);
});

test("what the check run says stays true: what is still wrong stays on it, and what is mended goes", async () => {
  const repository = await scenario.another("mended", {
    files: { [TEMPLATE]: "{% nonsense %}\n", ".github/orb.yml": "draft: allways\n" },
  });
  await scenario.complete("mended", { repository, data: { type: "feature" } });
  await scenario.opened("mended");
  const [run] = repository.checkRuns;
  const both = expect.stringMatching(
    /\.github\/orb\.yml, line 1[\s\S]*\.github\/orb\/feature\.md, line 1/,
  ) as unknown;
  expect(run?.output).toMatchObject({ title: "2 things to fix", summary: both });
  await scenario.completeAgain("mended", { files: null, data: { type: "feature" } });
  expect(run?.output).toMatchObject({ title: "2 things to fix", summary: both });

  await scenario.change(repository, { [TEMPLATE]: "{{ summary }}\n", ".github/orb.yml": "draft: always\n" });
  await scenario.completeAgain("mended", { minute: 41, files: null, data: { type: "feature" } });
  expect(run?.output).toMatchObject({
    title: "Nothing to report",
    summary: expect.stringMatching(/^Resolved\./),
  });
  expect(repository.checkRuns).toEqual([run]);
});

test("one that mentions people tells nobody, and one that closes issues closes none", async () => {
  const { github } = scenario.stage;
  const repository = await scenario.another("mentioning");
  const issue = await github.openIssue(repository, { title: "Somebody else's" });
  const words = `Thanks to @octocat. Fixes #${issue.number}\n\n{{ summary }}\n`;
  await scenario.change(repository, { [TEMPLATE]: words });
  await scenario.complete("mentioning", { repository, data: { type: "feature" } });
  const pullRequest = await scenario.opened("mentioning");
  expect(pullRequest.body).toContain("Thanks to @");
  expect(await renderedOnGitHub(pullRequest, github)).not.toContain("user-mention");
  await github.mergePullRequest(repository, pullRequest.number, { method: "squash" });
  expect(issue.state).toBe("open");
});

test("what a branch does to the template counts once it is merged, and not for its own pull request", async () => {
  const repository = await scenario.another("own-branch", {
    files: { [TEMPLATE]: "As merged.\n\n{{ summary }}\n" },
  });
  await scenario.complete("own-branch", {
    repository,
    files: { [TEMPLATE]: "Nothing to see here.\n", "src/hi.ts": "export {};\n" },
    data: { type: "feature" },
  });
  const pullRequest = await scenario.opened("own-branch");
  expect(pullRequest.body).toMatch(/^As merged\./);
  expect(pullRequest.body).not.toContain("Nothing to see here.");
  expect(pullRequest.labels).toContain("risk: high");
});
