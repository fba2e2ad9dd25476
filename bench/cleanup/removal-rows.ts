import { execFile, fork } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { BenchmarkRow } from "../result.ts";
import type { Watched } from "./watched.ts";

/** A short run for development: `ORB_CLEANUP_FOLDERS=200 script/bench cleanup`. */
const FOLDERS = Number(process.env["ORB_CLEANUP_FOLDERS"] ?? 2_000);
const FILES_IN_EACH = 50;
const ROUNDS = 5;
const LOOP_MS_MAX = 10;
const GROWTH_MB_MAX = 32;
const MB = 1024 * 1024;
const REMOVERS = ["ours", "rm -rf", "fs.rm", "rimraf"];
const MAKE_TREE = fileURLToPath(new URL("./make-tree.ts", import.meta.url));
const ONE_REMOVAL = fileURLToPath(new URL("./one-removal.ts", import.meta.url));

const run = promisify(execFile);

/** Removal of one large workspace: ours and those that people use, in turns, so that a slow moment of the machine hits all. */
export async function removalRows(): Promise<readonly BenchmarkRow[]> {
  const base = await mkdtemp(join(process.env["ORB_CLEANUP_AT"] ?? tmpdir(), "orb-bench-"));
  const root = join(base, "root");
  await mkdir(root);
  const measured = new Map(REMOVERS.map((name) => [name, [] as Watched[]]));
  for (let round = 0; round < ROUNDS; round++)
    for (const name of inTurns(REMOVERS, round)) {
      const path = join(root, `workspace-${round}`);
      await run(process.execPath, [MAKE_TREE, path, String(FOLDERS), String(FILES_IN_EACH)]);
      await run("sync", []);
      const one = await removeOnce([name, root, path]);
      console.log(
        `${name}: ${rounded(one.seconds)} s, loop ${rounded(one.loopP99Ms)} ms, ${mb(one.growth)} MB more`,
      );
      measured.get(name)?.push(one);
    }
  await run("rm", ["-rf", base]);
  return toRows((name) => measured.get(name) ?? []);
}

async function removeOnce(args: readonly string[]): Promise<Watched> {
  const child = fork(ONE_REMOVAL, args);
  const [one] = (await once(child, "message")) as [Watched];
  await once(child, "close");
  return one;
}

function toRows(of: (name: string) => readonly Watched[]): readonly BenchmarkRow[] {
  const files = (FOLDERS * FILES_IN_EACH).toLocaleString("en").replaceAll(",", " ");
  const ours = median(of("ours").map(({ seconds }) => seconds));
  const against = (peerName: string, isGoal: boolean): BenchmarkRow => {
    const peer = median(of(peerName).map(({ seconds }) => seconds));
    return {
      measure: `${files} files removed, and ${peerName}`,
      unit: "s",
      ours: rounded(ours),
      peer: rounded(peer),
      peerName,
      ratio: rounded(ours / peer),
      goal: isGoal ? "at most the time of rm -rf" : "for comparison",
      holds: !isGoal || ours <= peer,
    };
  };
  const loop = Math.max(...of("ours").map(({ loopP99Ms }) => loopP99Ms));
  const growth = mb(Math.max(...of("ours").map(({ growth }) => growth)));
  const worst = (peerName: string, value: (one: Watched) => number) =>
    rounded(Math.max(...of(peerName).map(value)));
  return [
    against("rm -rf", true),
    against("fs.rm", false),
    against("rimraf", false),
    {
      measure: "delay of the event loop meanwhile, p99 of the worst round",
      unit: "ms",
      ours: rounded(loop),
      peer: worst("fs.rm", ({ loopP99Ms }) => loopP99Ms),
      peerName: "fs.rm",
      ratio: null,
      goal: `at most ${LOOP_MS_MAX} ms`,
      holds: loop <= LOOP_MS_MAX,
    },
    {
      measure: "more memory meanwhile, worst round",
      unit: "MB",
      ours: growth,
      peer: worst("fs.rm", (one) => mb(one.growth)),
      peerName: "fs.rm",
      ratio: null,
      goal: `at most ${GROWTH_MB_MAX} MB`,
      holds: growth <= GROWTH_MB_MAX,
    },
  ];
}

/** Another one begins in each round. */
function inTurns<T>(all: readonly T[], round: number): readonly T[] {
  return all.map((_, index) => all[(index + round) % all.length] as T);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

function mb(bytes: number): number {
  return rounded(bytes / MB);
}
