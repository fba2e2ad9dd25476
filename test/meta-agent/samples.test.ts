import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "../support/testing.ts";
import { longStory, sampled } from "../support/sample.ts";
import { listProjects, loadProject } from "../../fixtures/meta-agent/load-project.ts";
import type { SampleProject } from "../../fixtures/meta-agent/sample-project.ts";

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "orb-samples-"));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

const projects = await listProjects();

test("the samples cover what a pull request can be about", () => {
  expect(projects).toEqual(["conflict", "dependencies", "docs", "empty", "feature", "fix"]);
});

test.each(sampled("sample projects", projects, ["feature"]))(
  "the tests of %s pass on its agents' branch",
  async (key) => {
    const project = await loadProject(key);
    const checkout = await layFiles(key, [
      project.repository.filesDirectory,
      ...project.commits.map((commit) => commit.filesDirectory),
    ]);
    const { passed, count } = await runOwnTests(project, checkout);
    expect({ passed, count }).toEqual({ passed: true, count: claimedTests(project) ?? count });
    expect(count).toBeGreaterThan(0);
  },
);

test("the regression test of fix fails without the fix", async () => {
  const project = await loadProject("fix");
  const [regressionTest] = project.commits;
  const checkout = await layFiles("unfixed", [
    project.repository.filesDirectory,
    regressionTest?.filesDirectory ?? null,
  ]);
  const { passed, output } = await runOwnTests(project, checkout);
  expect(passed).toBe(false);
  expect(output).toContain("FAIL: test_jitter_never_exceeds_the_limit");
});

test.each(["conflict", "feature"])("the tests of %s pass with the teammate's change merged", async (key) => {
  const project = await loadProject(key);
  const commits = [...project.commits, ...project.repair];
  const checkout = await layFiles(`merged-${key}`, [
    project.repository.filesDirectory,
    ...commits.map((commit) => commit.filesDirectory),
    project.resolutionDirectory,
  ]);
  await expect(runOwnTests(project, checkout)).resolves.toMatchObject({ passed: true });
});

longStory("the test that comes with the repair of feature fails without it", async () => {
  const { repository, commits, repair, ...project } = await loadProject("feature");
  const folders = [...commits, ...repair].map((commit) => commit.filesDirectory);
  const checkout = await layFiles("unrepaired", [repository.filesDirectory, ...folders]);
  await cp(join(commits[0]?.filesDirectory ?? "", "src"), join(checkout, "src"), { recursive: true });
  const { passed, output } = await runOwnTests({ ...project, repository, commits, repair }, checkout);
  expect(passed).toBe(false);
  expect(output).toMatch(/not ok \d+ - a line feed before a formula does not hide it/);
});

test.each(projects)("the people and issues of %s exist in its repository", async (key) => {
  const { completion, repository, issue } = await loadProject(key);
  const logins = repository.collaborators.map(({ login }) => login);
  expect(logins).toEqual(expect.arrayContaining(completion.reviewers ?? []));
  const issues = [...(completion.issues ?? []), ...(issue === undefined ? [] : [issue])];
  expect(issues.filter((number) => number > repository.issues.length)).toEqual([]);
});

test("an unknown project is answered with those that are known", async () => {
  await expect(loadProject("featur")).rejects.toMatchObject({
    code: "unknown_project",
    remedy: expect.stringContaining("dependencies, docs, empty, feature, fix"),
  });
});

const MINIMAL = {
  name: "A",
  userId: "u",
  repository: "r",
  branch: "agent/a",
  phases: {
    research: { summary: "s", agents: [{ name: "one", durationMs: 1 }] },
    planning: { summary: "s", agents: [{ name: "one", durationMs: 1 }], plan: { areas: [], steps: [] } },
    implementation: { summary: "s", agents: [{ name: "one", durationMs: 1 }] },
  },
  completion: { title: "A", type: "fix" },
};
const REPOSITORY = {
  name: "r",
  description: "",
  defaultBranch: "main",
  collaborators: [],
  issues: [],
  mergeRules: { approvals: 0, codeOwnerReview: false, checks: [] },
};

test.each([
  {
    name: "a misspelt field",
    files: { "p/project.json": { ...MINIMAL, brunch: "agent/a" } },
    reason: /project\.json.*Unrecognized key: "brunch"/s,
  },
  {
    name: "a branch that is not the agents'",
    files: { "p/project.json": { ...MINIMAL, branch: "main" } },
    reason: /an agent's branch begins with agent\//,
  },
  {
    name: "a commit by an agent that did not work",
    files: { "p/change/commits.json": [{ agent: "stranger", message: "m" }] },
    reason: /agent "stranger" is not among the implementation's agents/,
  },
  {
    name: "a commit without files",
    files: { "p/change/commits.json": [{ agent: "one", message: "m" }] },
    reason: /commit 1 neither writes nor deletes a file/,
  },
  { name: "a file that is not JSON", files: { "p/project.json": "{" }, reason: /it is not JSON/ },
])("$name is refused with the file and the problem", async ({ name, files, reason }) => {
  const directory = join(scratch, name.replaceAll(/\W/g, "-"));
  await writeFiles(directory, {
    "p/project.json": MINIMAL,
    "p/summary.md": "Text.",
    "p/change/commits.json": [],
    "_repositories/r/repository.json": REPOSITORY,
    ...files,
  });
  await expect(loadProject("p", directory)).rejects.toMatchObject({
    code: "invalid_project",
    message: expect.stringMatching(reason),
  });
});

async function writeFiles(directory: string, files: Record<string, unknown>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(directory, path, ".."), { recursive: true });
    await writeFile(join(directory, path), typeof content === "string" ? content : JSON.stringify(content));
  }
}

/** Copies folders over each other, as commits do. */
async function layFiles(name: string, folders: readonly (string | null)[]): Promise<string> {
  const checkout = join(scratch, name);
  for (const folder of folders) if (folder !== null) await cp(folder, checkout, { recursive: true });
  return checkout;
}

const TEST_COMMANDS: Readonly<Record<string, readonly [string, ...string[]]>> = {
  "invoice-kit": [process.execPath, "--test", "--test-reporter=tap", "test/**/*.test.ts"],
  steadfast: ["python3", "-B", "-m", "unittest", "discover", "-s", "tests"],
};

/** How many tests the sample claims to have, if it does. */
function claimedTests({ completion }: SampleProject): number | null {
  const claim = completion.claims?.find(({ kind }) => kind === "tests")?.text;
  const count = claim?.match(/^All (\d+) tests pass/)?.[1];
  return count === undefined ? null : Number(count);
}

interface TestRun {
  readonly passed: boolean;
  /** How many tests were run; `null` if the runner does not say. */
  readonly count: number | null;
  readonly output: string;
}

async function runOwnTests(project: SampleProject, checkout: string): Promise<TestRun> {
  const [program, ...args] = TEST_COMMANDS[project.repository.name] ?? ["false"];
  // Not our own environment: NODE_OPTIONS there is Jest's.
  const env = { PATH: process.env["PATH"] ?? "", PYTHONPATH: "src" };
  try {
    const { stdout, stderr } = await promisify(execFile)(program, args, { cwd: checkout, env });
    return testRun(true, stdout + stderr);
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    return testRun(false, stdout + stderr);
  }
}

/** Node's TAP reporter ends with `# tests 11`, Python's unittest with `Ran 8 tests`. */
function testRun(passed: boolean, output: string): TestRun {
  const count = output.match(/^(?:# tests|Ran) (\d+)/m)?.[1];
  return { passed, count: count === undefined ? null : Number(count), output };
}
