import { fileURLToPath } from "node:url";
import type { ChangedFile } from "../src/github/comparison.ts";
import { analyseChange } from "../src/pull-requests/rules/change-analysis.ts";
import { composeBody } from "../src/pull-requests/rules/compose-body.ts";
import { DEFAULT_SETTINGS } from "../src/repository-settings/settings.ts";
import { SIGNAL_BYTES_MAX, SIGNAL_DATA, type Completion } from "../src/signals/signal.ts";
import { ownWords } from "../src/text/safe.ts";
import { Templates } from "../src/text/templates.ts";
import { type BenchmarkResult, type BenchmarkRow, thisMachine } from "./result.ts";

const RUNS = 7;
const LOOP_MS_MAX = 200;
const FILES = 3_000;
const SUMMARY_CHARACTERS = 500_000;
const LINE_CHARACTERS = 4_000;
const LIST_ITEMS = 500;
const BODY_CHARACTERS_MAX = 60_000;

const templates = new Templates(fileURLToPath(new URL("../templates", import.meta.url)));

/** What the worst of texts consists of; each is repeated until a signal holds no more. */
const UNITS: Readonly<Record<string, string>> = {
  "plain words": "The export writes one record for each line of the invoice. ",
  mentions: "@octocat and @octo/team, ",
  "closing keywords": "fixes #1, closes octo/hello#2, ",
  links: "[text](https://example.com/a_b) ",
  emphasis: "*a **b _c_** d* ",
  code: "`a``b` ",
  HTML: "<b>x</b><details><!-- y -->",
  "nested lists": "- a\n  - b\n    - c\n",
  tables: "| a | b |\n| - | - |\n| @c | #1 |\n\n",
  brackets: "[[[](",
  "invisible characters": "a\u200b\u202eb ",
  "tokens and keys": "ghp_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa ",
  fences: "```\n~~~\n",
};

/** As large as a signal may be, all of it made of one text. */
function largestCompletion(unit: string): Completion {
  const filled = (characters: number) =>
    unit.repeat(Math.ceil(characters / unit.length)).slice(0, characters);
  const line = filled(LINE_CHARACTERS).replaceAll("\n", " ").trim();
  const completion = {
    project: "p-1",
    repository: "octo/hello",
    branch: "agent/x",
    title: line,
    summary: filled(SUMMARY_CHARACTERS),
    changes: [] as string[],
    recommendations: [] as object[],
    claims: [] as object[],
    agents: Array.from({ length: 50 }, (_, index) => ({
      name: `${index} ${line}`.slice(0, 200),
      durationMs: 1_000,
    })),
  };
  const bytes = () => Buffer.byteLength(JSON.stringify(completion));
  for (
    let index = 0;
    index < LIST_ITEMS && bytes() + 3 * Buffer.byteLength(line) < SIGNAL_BYTES_MAX;
    index++
  ) {
    completion.changes.push(line);
    completion.recommendations.push({ agent: "reviewer", severity: "warning", text: line });
    completion.claims.push({ kind: "tests", text: line });
  }
  return SIGNAL_DATA["orb.implementation.completed"].parse(completion);
}

const FILES_CHANGED: readonly ChangedFile[] = Array.from({ length: FILES }, (_, index) => ({
  path: `packages/part-${index % 40}/src/@scope/module_${index}/file-${index}.ts`,
  previousPath: null,
  status: "modified",
  additions: index % 97,
  deletions: index % 13,
}));

/** Everything between what is known of a pull request and its description, in one go: it holds up all else. */
function describeOnce(completion: Completion): { milliseconds: number; characters: number } {
  const startedAtMs = performance.now();
  const total = { files: FILES, additions: 0, deletions: 0 };
  const analysis = analyseChange({
    claimed: completion.type,
    title: completion.title,
    subjects: ["Export invoices"],
    files: FILES_CHANGED,
    filesTruncated: false,
    total,
    headBranch: completion.branch,
    baseBranch: "main",
    gitAttributes: null,
    labeler: null,
    settings: DEFAULT_SETTINGS,
  });
  const { body } = composeBody(
    {
      completion,
      comparison: { behindBy: 0 },
      commits: [],
      headSha: "0".repeat(40),
      base: "main",
      defaultBranch: "main",
      analysis,
      totals: { ...total, exact: true },
      plan: { areas: ["packages/*/src/**", "docs/**"], steps: [] },
      requirements: null,
      checks: [],
      disclosure: null,
      notes: [],
      policy: { closes: [1], gitHubHost: "github.com", linkHosts: [] },
    },
    {
      layout: { kind: "own" },
      marker: ownWords("<!-- orb:pull-request x -->"),
      render: (name, values) => templates.render(name, values),
      inCheckRun: true,
    },
  );
  return { milliseconds: performance.now() - startedAtMs, characters: body.length };
}

/**
 * How long the event loop is held up by the largest completions that a signal can carry, with a change of 3 000
 * files. There is no peer: nobody else sanitises on the syntax tree.
 */
export async function run(): Promise<BenchmarkResult> {
  const first = describeOnce(largestCompletion(UNITS["plain words"] ?? ""));
  const rows = Object.entries(UNITS).map(([name, unit]) => {
    const completion = largestCompletion(unit);
    const runs = Array.from({ length: RUNS }, () => describeOnce(completion));
    return { name, median: median(runs.map(({ milliseconds }) => milliseconds)), longest: longest(runs) };
  });
  const length = Math.max(...rows.map((each) => each.longest));
  return {
    name: "describe",
    machine: thisMachine(),
    rows: [
      row("1 MiB, first of a process", "ms", first.milliseconds, null),
      ...rows.map(({ name, median: ms }) => row(`1 MiB of ${name}, median`, "ms", ms, LOOP_MS_MAX)),
      row("longest description", "characters", length, BODY_CHARACTERS_MAX),
    ],
  };
}

function longest(runs: readonly { readonly characters: number }[]): number {
  return Math.max(...runs.map(({ characters }) => characters));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function row(measure: string, unit: string, ours: number, maximum: number | null): BenchmarkRow {
  const goal = maximum === null ? "shown only" : `≤ ${maximum}`;
  const holds = maximum === null || ours <= maximum;
  return { measure, unit, ours: Math.round(ours), peer: null, peerName: null, ratio: null, goal, holds };
}
