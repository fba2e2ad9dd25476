import type { Repository } from "../test/local-github/state.ts";
import { checkOut } from "./neighbours/earlier-commit.ts";
import { HOSTILE_FILES, hostilePaths } from "./hostile-repository.ts";
import { allWait } from "./neighbours/all-wait.ts";
import { type LoopDelay, setStage, type Stage } from "./neighbours/stage.ts";
import { makeLooksDue } from "./neighbours/looks.ts";
import { type BenchmarkResult, type BenchmarkRow, thisMachine } from "./result.ts";

/** Another commit whose bot is measured in the same way: `ORB_NEIGHBOURS_PEER=HEAD~20 script/bench neighbours`. */
const PEER = process.env["ORB_NEIGHBOURS_PEER"];
/** Two writes each, of the eighty in a minute. */
const SAMPLES = 30;
/** After this no further sample begins, and the one that is under way counts with this time if it takes longer. */
const SCENARIO_MS = 20_000;
const WAITING = 40;
/** Of those, so many have their writes. */
const PART_OPENED = 0.9;
const LOOKS = 20_000;
const HOSTILE = ["a labeler.yml of nested branch patterns", "a CODEOWNERS of starred patterns"];
const HOSTILE_COMPLETIONS = 2;
const HOSTILE_PATHS = 2;
const RATIO_MAX = 2;
const LOOP_P99_MS_MAX = 50;

interface Measured {
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly loop: LoopDelay;
}

/** Taking in completions costs processor time for some tenths of a second, which no order of the work can share out. */
const UNBOUND = new Set(["no neighbour", "40 completions that come in"]);

/** What another installation does while pull requests are opened in a quiet one. */
const NEIGHBOURS: Readonly<Record<string, (stage: Stage) => Promise<void>>> = {
  "no neighbour": async () => {},
  "40 completions that come in": async (stage) => {
    await completeTwice(stage);
  },
  "40 completions that wait for writes": async (stage) => {
    await allWait(stage, await completeTwice(stage));
  },
  "20 000 looks that are due": async (stage) => {
    const watched = await stage.settle("watched");
    const [project = ""] = await stage.complete(watched, 1);
    await stage.openedAfterMs(project, SCENARIO_MS);
    await makeLooksDue(stage.pullRequests, project, LOOKS);
  },
  "a hostile repository": async (stage) => {
    const [labeler, owners] = HOSTILE.map((what) => HOSTILE_FILES[what]);
    if (!labeler || !owners) throw new Error("The hostile files have other names");
    const files = { [labeler.path]: labeler.text, [owners.path]: owners.text };
    const hostile = await stage.settle("hostile", files);
    const paths = hostilePaths(HOSTILE_PATHS);
    await stage.complete(
      hostile,
      HOSTILE_COMPLETIONS,
      Object.fromEntries(paths.map((path) => [path, "x\n"])),
    );
  },
};

/** The first completions use up the writes of a minute. @returns the projects of the second, which were only just signalled */
async function completeTwice(stage: Stage): Promise<string[]> {
  const busy = await stage.settle("busy");
  const first = await stage.complete(busy, WAITING);
  await stage.openedAfterMs(first[Math.floor(WAITING * PART_OPENED)] ?? "", SCENARIO_MS);
  return stage.complete(busy, WAITING);
}

/**
 * How long a quiet installation waits for its pull requests while others are busy. Each neighbour meets a bot of its own, so
 * that none pays for another one; quiet pull requests are opened one after the other.
 */
export async function run(): Promise<BenchmarkResult> {
  const ours = await measureAll(null);
  if (PEER === undefined) return { name: "neighbours", machine: thisMachine(), rows: toRows(ours, null) };
  await using checkout = await checkOut(PEER);
  const peer = { name: checkout.name, figures: await measureAll(checkout.root) };
  return { name: "neighbours", machine: thisMachine(), rows: toRows(ours, peer) };
}

async function measureAll(root: string | null): Promise<ReadonlyMap<string, Measured>> {
  const figures = new Map<string, Measured>();
  for (const [name, disturb] of Object.entries(NEIGHBOURS)) {
    await using stack = new AsyncDisposableStack();
    const stage = await setStage(root, stack);
    const quiet = await stage.settle("quiet");
    // Its labels are created, and the process knows its settings.
    const [first = ""] = await stage.complete(quiet, 1);
    await stage.openedAfterMs(first, SCENARIO_MS);
    await stage.loopDelay();
    await disturb(stage);
    figures.set(name, await sample(stage, quiet));
  }
  return figures;
}

async function sample(stage: Stage, quiet: Repository): Promise<Measured> {
  const endsAt = performance.now() + SCENARIO_MS;
  const times: number[] = [];
  while (times.length < SAMPLES && performance.now() < endsAt) {
    const [project = ""] = await stage.complete(quiet, 1);
    times.push(await stage.openedAfterMs(project, SCENARIO_MS));
  }
  return { p50Ms: percentile(times, 0.5), p95Ms: percentile(times, 0.95), loop: await stage.loopDelay() };
}

interface Peer {
  readonly name: string;
  readonly figures: ReadonlyMap<string, Measured>;
}

function toRows(ours: ReadonlyMap<string, Measured>, peer: Peer | null): BenchmarkRow[] {
  const quietMs = ours.get("no neighbour")?.p95Ms ?? Number.NaN;
  return [...ours].flatMap(([name, figures]) => {
    const { p95Ms, loop } = figures;
    const theirs = peer?.figures.get(name);
    const row = (
      measure: string,
      of: (figures: Measured) => number,
      goal: Pick<BenchmarkRow, "goal" | "holds">,
    ) =>
      rowOf(`${name}: ${measure}`, of(figures), {
        ...goal,
        peerName: peer?.name ?? null,
        peer: theirs ? of(theirs) : null,
      });
    const soon = { goal: `≤ ${RATIO_MAX} × alone`, holds: p95Ms <= RATIO_MAX * quietMs };
    return [
      row("opened, p50", (of) => of.p50Ms, SHOWN),
      row("opened, p95", (of) => of.p95Ms, UNBOUND.has(name) ? SHOWN : soon),
      row("event loop, p99", (of) => of.loop.p99Ms, {
        goal: `≤ ${LOOP_P99_MS_MAX}`,
        holds: loop.p99Ms <= LOOP_P99_MS_MAX,
      }),
      row("event loop, longest", (of) => of.loop.maxMs, SHOWN),
    ];
  });
}

const SHOWN = { goal: "shown only", holds: true };

function rowOf(
  measure: string,
  ours: number,
  { peer, ...rest }: Pick<BenchmarkRow, "peer" | "peerName" | "goal" | "holds">,
): BenchmarkRow {
  const ratio = peer === null ? null : Math.round((ours / peer) * 100) / 100;
  return {
    measure,
    unit: "ms",
    ours: Math.round(ours),
    peer: peer === null ? null : Math.round(peer),
    ratio,
    ...rest,
  };
}

function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * part) - 1] ?? Number.NaN;
}
