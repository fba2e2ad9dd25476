/** What script/test runs once everything is installed. Its last line is `N passed, N failed`. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { runJest, type Counts } from "./checks/jest.ts";
import { runStep, type Step } from "./checks/step.ts";

const FOLDERS_WITH_RULES = ["src", "handlers", "test", "script", "fixtures", "bench"];

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
const asked = process.argv.slice(2);

const counts = await (asked[0] === "--deployment"
  ? checkDeployment()
  : check(
      asked.filter((each) => each !== "--all"),
      { all: asked.includes("--all") },
    ));
console.log(`${counts.passed} passed, ${counts.failed} failed`);
if (counts.failed > 0 || counts.passed === 0) process.exitCode = 1;

/** Counts all tests, and of the other checks only those that failed. With patterns, only tests run. */
async function check(patterns: readonly string[], { all }: { all: boolean }): Promise<Counts> {
  const failedChecks = patterns.length > 0 ? 0 : await countFailures(staticChecks());
  const tests = await runJest(patterns, { all });
  return { passed: tests.passed, failed: tests.failed + failedChecks };
}

/** Needs Go and Python's pip, which nothing else needs, and downloads both checkers the first time. */
async function checkDeployment(): Promise<Counts> {
  const steps: Step[] = [
    { name: "docker-compose.yml", command: ["script/check-compose"] },
    { name: "Dockerfile", command: ["script/check-dockerfile"] },
  ];
  const failed = await countFailures(steps.map((step) => [step]));
  return { passed: steps.length - failed, failed };
}

/** The first two use all processors each, the others one. */
function staticChecks(): Step[][] {
  const folders = FOLDERS_WITH_RULES.filter((folder) => existsSync(folder));
  return [
    [{ name: "types", command: ["tsc", "--noEmit"] }],
    [{ name: "lint", command: ["oxlint", "--type-aware", "--deny-warnings"] }],
    [
      { name: "format", command: ["oxfmt", "--check"] },
      { name: "architecture", command: ["depcruise", "--config", ".dependency-cruiser.cjs", ...folders] },
      { name: "dead code", command: ["knip"] },
    ],
  ];
}

/** Runs those of a group at the same time, and one group after the other: all at once would compete for the processors. */
async function countFailures(groups: readonly (readonly Step[])[]): Promise<number> {
  let failures = 0;
  for (const group of groups) {
    const passed = await Promise.all(group.map((step) => runStep(step)));
    failures += passed.filter((each) => !each).length;
  }
  return failures;
}
