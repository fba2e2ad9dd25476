import { expect, test } from "@jest/globals";
import { sectionOf } from "../../support/description.ts";
import { useScenario } from "../../support/scenario.ts";

const scenario = useScenario();

const LABELER = `documentation:
- changed-files:
  - any-glob-to-any-file: 'docs/**'
server:
- changed-files:
  - any-glob-to-any-file: ['src/api/**', 'src/server/**']
never:
- changed-files:
  - any-glob-to-any-file: 'nowhere/**'
`;

test("areas are those of the repository's labeler.yml", async () => {
  const repository = await scenario.another("areas", { files: { ".github/labeler.yml": LABELER } });
  const before = { ...repository.labels.get("documentation") };
  await scenario.complete("areas", {
    repository,
    files: { "src/api/routes.ts": "export {};\n", "docs/routes.md": "# Routes\n" },
  });
  const { labels } = await scenario.opened("areas");
  expect(labels).toEqual(expect.arrayContaining(["documentation", "server"]));
  expect(labels).not.toContain("never");
  // What is there stays as it is; what is missing gets a colour and a description.
  expect(repository.labels.get("documentation")).toEqual(before);
  expect(repository.labels.get("server")).toMatchObject({
    name: "server",
    color: expect.stringMatching(/^[0-9a-f]{6}$/) as unknown,
    description: "Changes server",
  });
});

test("labels that a repository lacks are made, with a colour and a description, and once", async () => {
  const repository = await scenario.another("bare");
  await scenario.complete("bare", { repository, data: { type: "feature" } });
  await scenario.opened("bare");
  expect(repository.labels.get("type: feature")).toMatchObject({
    name: "type: feature",
    color: "1f883d",
    description: "Adds something new for users",
  });
  const count = repository.labels.size;
  await scenario.complete("bare-again", { repository, data: { type: "feature" } });
  expect((await scenario.opened("bare-again")).labels).toContain("type: feature");
  expect(repository.labels.size).toBe(count);
});

test("a high risk is labelled, and the description says why it is one", async () => {
  const repository = await scenario.another("risky", {
    files: { ".github/orb.yml": "protectedPaths: [src/billing/**]\n" },
  });
  await scenario.complete("risky", {
    repository,
    files: {
      "src/billing/price.ts": "export {};\n",
      "db/migrations/0001_prices.sql": "select 1;\n",
      ".github/workflows/ci.yml": "on: push\n",
    },
  });
  const pullRequest = await scenario.opened("risky");
  expect(pullRequest.labels).toContain("risk: high");
  const section = sectionOf(pullRequest, "risk");
  expect(section).toContain("**High**, because:");
  expect(section).toContain("- It changes protected paths: src/billing/price.ts.");
  expect(section).toContain("- It changes migrations: db/migrations/0001");
  expect(section).toContain("- It changes CI workflows: .github/workflows/ci.yml.");
});

test("where the change is not what the agent calls it, the label follows the change, and it is said", async () => {
  await scenario.complete("misnamed", { files: { "docs/guide.md": "# Guide\n" }, data: { type: "feature" } });
  const pullRequest = await scenario.opened("misnamed");
  expect(pullRequest.labels).toContain("type: docs");
  expect(pullRequest.labels).not.toContain("type: feature");
  expect(sectionOf(pullRequest, "risk")).toContain("The agent calls it feature, but");
  expect(pullRequest.labels).not.toContain("risk: high");
});
