import { expect, test, describe } from "../../support/testing.ts";
import { longStory } from "../../support/sample.ts";
import { renderedOnGitHub, sectionOf } from "../../support/description.ts";
import { useScenario } from "../../support/scenario.ts";

const scenario = useScenario();

describe("a repository's own template", () => {
  const TEMPLATE = ".github/orb/feature.md";

  /** The positions of these texts in a description. */
  function placesOf({ body }: { body: string | null }, words: readonly string[]): number[] {
    return words.map((word) => (body ?? "").indexOf(word));
  }

  test("arranges the sections in a text of its own, and they are kept up to date there", async () => {
    const repository = await scenario.addRepository("arranged", {
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

  longStory("is ignored if it has a mistake; the check run and a shortcoming name the line", async () => {
    const repository = await scenario.addRepository("mistaken", {
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
    const [run] = repository.checkRuns;
    expect(repository.checkRuns).toEqual([run]);
    expect(run).toMatchObject({ name: "orb", headSha: pullRequest.headSha, status: "completed" });
    expect(run?.output.summary).toContain(where);
    // Neutral until the first look. A mistake in a template never blocks a merge.
    expect(["neutral", "success"]).toContain(run?.conclusion);
  });

  test("stays on the check run as long as it has a mistake, and not longer", async () => {
    const repository = await scenario.addRepository("fixed", {
      files: { [TEMPLATE]: "{% nonsense %}\n", ".github/orb.yml": "draft: allways\n" },
    });
    await scenario.complete("fixed", { repository, data: { type: "feature" } });
    await scenario.opened("fixed");
    const [run] = repository.checkRuns;
    const both = expect.stringMatching(
      /\.github\/orb\.yml, line 1[\s\S]*\.github\/orb\/feature\.md, line 1/,
    ) as unknown;
    expect(run?.output).toMatchObject({ title: "2 things to fix", summary: both });
    await scenario.completeAgain("fixed", { files: null, data: { type: "feature" } });
    expect(run?.output).toMatchObject({ title: "2 things to fix", summary: both });

    await scenario.change(repository, {
      [TEMPLATE]: "{{ summary }}\n",
      ".github/orb.yml": "draft: always\n",
    });
    await scenario.completeAgain("fixed", { minute: 41, files: null, data: { type: "feature" } });
    expect(run?.output).toMatchObject({
      title: "Nothing to report",
      summary: expect.stringMatching(/^Resolved\./),
    });
    expect(repository.checkRuns).toEqual([run]);
  });

  test("notifies nobody whom it mentions, and closes no issue", async () => {
    const { github } = scenario.stage;
    const repository = await scenario.addRepository("mentioning");
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

  test("that a branch changes counts once it is merged, and not for the branch's own pull request", async () => {
    const repository = await scenario.addRepository("own-branch", {
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
});

const FORM = `## Description

<!-- What changes, and why? -->

## How was this tested?

## Checklist

- [ ] I have added tests
- [ ] I have updated the documentation
- [ ] I have added tests, and they pass locally
- [x] I agree to the code of conduct
`;

describe("a repository's template for pull requests", () => {
  test("is filled in: sections under its headings, and boxes ticked only if the change proves them", async () => {
    const repository = await scenario.addRepository("filled", {
      files: { ".github/pull_request_template.md": FORM },
    });
    await scenario.complete("filled", {
      repository,
      files: { "src/greet.ts": "export {};\n", "test/greet.test.ts": "export {};\n" },
      data: { type: "feature", summary: "Greets all visitors.", changes: ["A module that greets"] },
    });
    const pullRequest = await scenario.opened("filled");
    const body = pullRequest.body ?? "";
    expect(body).toMatch(/^## Description\s+<!-- orb:summary:start -->\s+Greets all visitors\./);
    expect(body).toMatch(/## How was this tested\?\s+<!-- orb:tests:start -->\s+1 test file added/);
    expect(body).not.toContain("What changes, and why?");
    expect(body.match(/^- \[.\] .*$/gm)).toEqual([
      "- [x] I have added tests",
      "- [ ] I have updated the documentation",
      "- [ ] I have added tests, and they pass locally",
      "- [ ] I agree to the code of conduct",
    ]);
    // Sections without a heading in the template follow it.
    expect(body.indexOf("A module that greets")).toBeGreaterThan(body.indexOf("code of conduct"));

    await scenario.completeAgain("filled", { data: { type: "feature", summary: "Greets in Danish." } });
    expect(sectionOf(pullRequest, "summary")).toBe("Greets in Danish.");
    expect(pullRequest.body).toContain("- [ ] I agree to the code of conduct");
  });

  longStory("is ignored if the settings say so", async () => {
    const repository = await scenario.addRepository("ignored", {
      files: {
        ".github/pull_request_template.md": FORM,
        ".github/orb.yml": "templates: { pullRequestTemplate: ignore }\n",
      },
    });
    await scenario.complete("ignored", { repository, data: { type: "feature" } });
    const pullRequest = await scenario.opened("ignored");
    expect(pullRequest.body).toMatch(/^<!-- orb:summary:start -->/);
    expect(pullRequest.body).not.toContain("Checklist");
  });

  longStory(
    "is taken from the folder if one has the name of the change's type, and otherwise the common one is",
    async () => {
      const repository = await scenario.addRepository("named", {
        files: {
          "docs/pull_request_template.md": "## Why\n\n## For everything\n",
          ".github/PULL_REQUEST_TEMPLATE/fix.md": "## Why\n\n## For repairs\n",
        },
      });
      await scenario.complete("named-fix", { repository, data: { type: "fix" } });
      await scenario.complete("named-feature", { repository, data: { type: "feature" } });
      const fix = await scenario.opened("named-fix");
      const feature = await scenario.opened("named-feature");
      expect(fix.body).toContain("## For repairs");
      expect(fix.body).not.toContain("## For everything");
      expect(feature.body).toContain("## For everything");
      expect(feature.body).not.toContain("## For repairs");
    },
  );
});
