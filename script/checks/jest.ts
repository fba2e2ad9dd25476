import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LEFT_OUT_VARIABLE, sayLeftOut } from "./left-out.ts";
import { findLongFiles, LONG_FILE } from "./long-files.ts";
import { runStep } from "./step.ts";

/** How many tests passed and failed; a test that could not be counted counts as failed. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
}

/** The part of Jest's report that we read; https://jestjs.io/docs/cli#--json */
interface JestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  /** Files that failed before any of their tests could run. */
  readonly numRuntimeErrorTestSuites: number;
}

/**
 * Runs Jest on the test files whose paths match the patterns, or on all of them, and counts. Without `all`, only samples
 * of long tables, such as the kill points, are run, and without patterns no long files; what was left out is printed.
 */
export async function runJest(patterns: readonly string[], { all }: { all: boolean }): Promise<Counts> {
  const folder = await mkdtemp(join(tmpdir(), "orb-jest-"));
  const report = join(folder, "report.json");
  const notes = join(folder, "left-out.jsonl");
  const longFiles = all || patterns.length > 0 ? [] : findLongFiles();
  const short = longFiles.length > 0 ? [`--testPathIgnorePatterns=${LONG_FILE.source}`] : [];
  try {
    const passed = await runStep({
      name: "tests",
      command: ["jest", "--json", `--outputFile=${report}`, ...short, ...patterns],
      env: {
        [LEFT_OUT_VARIABLE]: all ? undefined : notes,
      },
      live: true,
    });
    const leftOut = await sayLeftOut(notes, longFiles);
    if (leftOut !== null) console.log(leftOut);
    return count(passed, await readReport(report));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Jest writes no report if it can't even start. */
async function readReport(path: string): Promise<JestReport | undefined> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as JestReport);
}

function count(jestPassed: boolean, report: JestReport | undefined): Counts {
  if (report === undefined) return { passed: 0, failed: 1 };
  const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
  // Jest can fail as a whole while every test passed, for example in its global teardown.
  return { passed: report.numPassedTests, failed: jestPassed ? failed : Math.max(failed, 1) };
}
