import { expect, test } from "@jest/globals";
import { sectionOf } from "../../support/description.ts";
import { useScenario } from "../../support/scenario.ts";

const scenario = useScenario();
const SIGNAL_BYTES_MAX = 1024 * 1024;
const CHECK_TEXT_CHARACTERS_MAX = 65_535;
const MOVED_FILES = 150;

/** All that a completion may say, and as much of each as a signal has room for. */
function monster() {
  const items = <T>(count: number, make: (text: string) => T) =>
    Array.from({ length: count }, (_, index) => make(`thing ${index}: ${"all of it matters, ".repeat(60)}`));
  return {
    type: "refactor",
    summary: "The summary comes first. ".repeat(16_000),
    changes: items(150, (text) => text),
    recommendations: items(150, (text) => ({ agent: "reviewer", severity: "critical", text })),
    claims: items(100, (text) => ({ kind: "tests", text })),
  };
}

/** Each a path that is about as long as one that is shown whole. */
function path(folder: string, index: number): string {
  return `${folder}/${"a-long-way-down/".repeat(9)}${index}.ts`;
}

test("what the description has no room for stands on the check run of its commit", async () => {
  const contents = Array.from({ length: MOVED_FILES }, (_, index) => `export const unique = ${index};\n`);
  const before = contents.map((text, index) => [path("old", index), text]);
  const moved = contents.flatMap((text, index) => [
    [path("old", index), null],
    [path("new", index), text],
  ]);
  const { repository } = scenario.stage;
  await scenario.change(repository, Object.fromEntries(before));
  const data = monster();
  const bytes = JSON.stringify(data).length;
  expect(bytes).toBeGreaterThan(SIGNAL_BYTES_MAX * 0.8);
  expect(bytes).toBeLessThan(SIGNAL_BYTES_MAX);
  await scenario.complete("monster", { files: Object.fromEntries(moved), data });

  const pullRequest = await scenario.opened("monster");
  expect(pullRequest.body?.length).toBeLessThanOrEqual(60_000);
  expect(sectionOf(pullRequest, "summary")).toContain("The summary comes first.");
  expect(repository.checkRuns).toMatchObject([
    { name: "orb", headSha: pullRequest.headSha, status: "completed", conclusion: "neutral" },
  ]);
  const { summary, text } = repository.checkRuns[0]?.output ?? {};
  expect(summary).toContain("The description was too long for GitHub.");
  expect(text?.length).toBeLessThanOrEqual(CHECK_TEXT_CHARACTERS_MAX);
  const rows = (shown: string | null | undefined) => shown?.match(/ \| renamed from /g)?.length ?? 0;
  expect(rows(pullRequest.body)).toBe(0);
  expect(rows(text)).toBe(MOVED_FILES);
});

test("told again, it stands on the same check run; a new commit has one of its own", async () => {
  const { github, repository } = scenario.stage;
  const pullRequest = await scenario.opened("monster");
  const [first] = repository.checkRuns;
  const mark = github.requests.mark();
  await scenario.completeAgain("monster", { files: null, data: monster() });
  expect(repository.checkRuns).toEqual([first]);
  const asked = github.requests.since(mark).map(({ method, route }) => `${method} ${route}`);
  expect(asked.filter((request) => request.includes("check-runs"))).toEqual([
    "PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}",
  ]);

  await scenario.completeAgain("monster", { minute: 41, data: monster() });
  expect(repository.checkRuns.map(({ headSha }) => headSha)).toEqual([first?.headSha, pullRequest.headSha]);
});
