import { fileURLToPath } from "node:url";
import type { ChangedFile } from "../src/github/facts/comparison.ts";
import { chooseLayout } from "../src/pull-requests/plan/choose-layout.ts";
import { analyseChange } from "../src/changes/rules/change-analysis.ts";
import { composeBody, type Layout } from "../src/descriptions/rules/compose-body.ts";
import type { DescriptionFacts } from "../src/descriptions/rules/description-facts.ts";
import { DEFAULT_SETTINGS } from "../src/repository-settings/settings.ts";
import { SIGNAL_BYTES_MAX, SIGNAL_DATA, type Completion } from "../src/signals/signal.ts";
import { ownWords } from "../src/text/safe.ts";
import { Templates } from "../src/text/templates/templates.ts";
import { filledWith, HOSTILE_UNITS } from "./hostile-texts.ts";
import { type BenchmarkResult, type BenchmarkRow, thisMachine } from "./result.ts";

const WARM_UP_RUNS = 2;
const RUNS = 5;
const LOOP_MS_MAX = 200;
const FILES = 3_000;
const SUMMARY_CHARACTERS = 500_000;
const LINE_CHARACTERS = 4_000;
const LIST_ITEMS = 500;
const BODY_CHARACTERS_MAX = 60_000;
/** The most that the bot reads; it refuses larger texts at once. */
const PULL_REQUEST_TEMPLATE_CHARACTERS = 20_000;
const OWN_TEMPLATE_CHARACTERS = 15_000;
/** About the most of any unit that the bot does not refuse as too complex. */
const TEMPLATE_SHARES = [1, 0.3, 0.1, 0.04];

const templates = new Templates(fileURLToPath(new URL("../templates", import.meta.url)));

/** The largest possible signal, made of one text only. */
function largestCompletion(unit: string): Completion {
  const line = filledWith(unit, LINE_CHARACTERS).replaceAll("\n", " ").trim();
  const completion = {
    project: "p-1",
    repository: "octo/hello",
    branch: "agent/x",
    title: line,
    summary: filledWith(unit, SUMMARY_CHARACTERS),
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

const SMALL_COMPLETION = SIGNAL_DATA["orb.implementation.completed"].parse({
  project: "p-1",
  repository: "octo/hello",
  branch: "agent/x",
  summary: "Exports invoices.",
});

const FILES_CHANGED: readonly ChangedFile[] = Array.from({ length: FILES }, (_, index) => ({
  path: `packages/part-${index % 40}/src/@scope/module_${index}/file-${index}.ts`,
  previousPath: null,
  status: "modified",
  additions: index % 97,
  deletions: index % 13,
}));

function factsOf(completion: Completion): DescriptionFacts {
  const total = { files: FILES, additions: 0, deletions: 0 };
  const analysis = analyseChange({
    claimed: completion.type,
    title: completion.title,
    subjects: ["Export invoices"],
    files: FILES_CHANGED,
    filesTruncated: false,
    total,
    said: { attributes: new Map(), areas: [], protectedPaths: new Set(), problems: [] },
    settings: DEFAULT_SETTINGS,
  });
  return {
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
    siblings: [],
    disclosure: null,
    notes: [],
    policy: { closes: [1], gitHubHost: "github.com", linkHosts: [] },
  };
}

type LayoutFor = (facts: DescriptionFacts) => Layout;

/** Runs everything between the facts about a pull request and its description. */
function describeOnce(completion: Completion, layoutFor?: LayoutFor): number {
  return composeOnce(factsOf(completion), layoutFor);
}

function composeOnce(facts: DescriptionFacts, layoutFor: LayoutFor = () => ({ kind: "own" })): number {
  const { body } = composeBody(facts, {
    layout: layoutFor(facts),
    marker: ownWords("<!-- orb:pull-request x -->"),
    render: (name, values) => templates.render(name, values),
    inCheckRun: true,
  });
  return body.length;
}

/** The repository's template for people, made of one text only; or with its own template, the bot's. */
function describeInTemplate(unit: string, share: number, kind: "people's" | "own"): number {
  const characters = kind === "own" ? OWN_TEMPLATE_CHARACTERS : PULL_REQUEST_TEMPLATE_CHARACTERS;
  const text = `{{ summary }}\n\n${filledWith(unit, characters * share)}`;
  const template = { path: ".github/orb/chore.md", oid: "0".repeat(40), text };
  return describeOnce(SMALL_COMPLETION, (facts) => {
    if (kind === "people's") return { kind: "fill", path: "PULL_REQUEST_TEMPLATE.md", template: text };
    return chooseLayout(facts, {
      baseFiles: { templates: new Map([[facts.analysis.type, template]]), pullRequestTemplates: [] },
      settings: DEFAULT_SETTINGS,
      nonce: "k3v9q7x1m5z8abcd",
    }).layout;
  });
}

/** CPU time of this thread alone, so other work on the machine does not count. */
function processorMs(act: () => unknown): number {
  const before = process.threadCpuUsage();
  act();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}

function medianMs(act: () => unknown): number {
  for (let run = 0; run < WARM_UP_RUNS; run++) act();
  const runs = Array.from({ length: RUNS }, () => processorMs(act));
  return runs.toSorted((a, b) => a - b)[Math.floor(RUNS / 2)] ?? Number.NaN;
}

/**
 * The longer of the two parts between which other work gets its turn, measured before anything has run: then
 * both take longer, because they are still being compiled.
 */
function longerPartOfFirstMs(): number {
  const completion = largestCompletion(HOSTILE_UNITS["plain words"] ?? "");
  const facts: DescriptionFacts[] = [];
  const analysisMs = processorMs(() => facts.push(factsOf(completion)));
  const compositionMs = processorMs(() => facts.forEach((one) => composeOnce(one)));
  return Math.max(analysisMs, compositionMs);
}

/**
 * How long the largest completions that a signal can carry, with a change of 3 000 files, and a repository's
 * templates block the event loop. There is no peer: nobody else sanitises on the syntax tree.
 */
export async function run(): Promise<BenchmarkResult> {
  const rows = [
    row("1 MiB, first in a process, its longer part", "ms", longerPartOfFirstMs(), LOOP_MS_MAX),
    row(
      "one sentence",
      "ms",
      medianMs(() => describeOnce(SMALL_COMPLETION)),
      LOOP_MS_MAX,
    ),
  ];
  let longest = 0;
  for (const [name, unit] of Object.entries(HOSTILE_UNITS)) {
    const completion = largestCompletion(unit);
    const ms = medianMs(() => (longest = Math.max(longest, describeOnce(completion))));
    rows.push(row(`1 MiB of ${name}`, "ms", ms, LOOP_MS_MAX));
  }
  for (const kind of ["people's", "own"] as const) {
    const worst = worstTemplate(kind);
    rows.push(row(`the worst ${kind} template, made of ${worst.name}`, "ms", worst.ms, LOOP_MS_MAX));
  }
  rows.push(row("longest description", "characters", longest, BODY_CHARACTERS_MAX));
  return { name: "describe", machine: thisMachine(), rows };
}

function worstTemplate(kind: "people's" | "own"): { name: string; ms: number } {
  let slowest = { name: "", unit: "", share: 0, ms: 0 };
  for (const [name, unit] of Object.entries(HOSTILE_UNITS)) {
    for (const share of TEMPLATE_SHARES) {
      const ms = processorMs(() => describeInTemplate(unit, share, kind));
      if (ms > slowest.ms) slowest = { name, unit, share, ms };
    }
  }
  return { name: slowest.name, ms: medianMs(() => describeInTemplate(slowest.unit, slowest.share, kind)) };
}

function row(measure: string, unit: string, ours: number, maximum: number): BenchmarkRow {
  const found = { ours: Math.round(ours), goal: `≤ ${maximum}`, holds: ours <= maximum };
  return { measure, unit, peer: null, peerName: null, ratio: null, ...found };
}
