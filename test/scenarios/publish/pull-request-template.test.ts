import { describe, expect, test } from "@jest/globals";
import { sectionOf } from "../../support/description.ts";
import { useScenario } from "../../support/scenario.ts";

const scenario = useScenario();

const TEMPLATE = `## Description

<!-- What changes, and why? -->

## How was this tested?

## Checklist

- [ ] I have added tests
- [ ] I have updated the documentation
- [ ] I have added tests, and they pass locally
- [x] I agree to the code of conduct
`;

describe("a repository's template for pull requests", () => {
  test("is filled in: its headings with sections, its boxes as far as the change proves what they say", async () => {
    const repository = await scenario.addRepository("filled", {
      files: { ".github/pull_request_template.md": TEMPLATE },
    });
    await scenario.complete("filled", {
      repository,
      files: { "src/greet.ts": "export {};\n", "test/greet.test.ts": "export {};\n" },
      data: { type: "feature", summary: "Greets whoever comes in.", changes: ["A module that greets"] },
    });
    const pullRequest = await scenario.opened("filled");
    const body = pullRequest.body ?? "";
    expect(body).toMatch(/^## Description\s+<!-- orb:summary:start -->\s+Greets whoever comes in\./);
    expect(body).toMatch(/## How was this tested\?\s+<!-- orb:tests:start -->\s+1 test file added/);
    expect(body).not.toContain("What changes, and why?");
    expect(body.match(/^- \[.\] .*$/gm)).toEqual([
      "- [x] I have added tests",
      "- [ ] I have updated the documentation",
      "- [ ] I have added tests, and they pass locally",
      "- [ ] I agree to the code of conduct",
    ]);
    // What the template has no heading for follows it.
    expect(body.indexOf("A module that greets")).toBeGreaterThan(body.indexOf("code of conduct"));

    await scenario.completeAgain("filled", { data: { type: "feature", summary: "Greets in Danish." } });
    expect(sectionOf(pullRequest, "summary")).toBe("Greets in Danish.");
    expect(pullRequest.body).toContain("- [ ] I agree to the code of conduct");
  });

  test("is ignored where the settings say so", async () => {
    const repository = await scenario.addRepository("ignored", {
      files: {
        ".github/pull_request_template.md": TEMPLATE,
        ".github/orb.yml": "templates: { pullRequestTemplate: ignore }\n",
      },
    });
    await scenario.complete("ignored", { repository, data: { type: "feature" } });
    const pullRequest = await scenario.opened("ignored");
    expect(pullRequest.body).toMatch(/^<!-- orb:summary:start -->/);
    expect(pullRequest.body).not.toContain("Checklist");
  });

  test("in the folder is taken where it is named like the type of the change, and else the common one", async () => {
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
  });
});
