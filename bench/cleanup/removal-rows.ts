import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { rimraf } from "rimraf";
import { deleteTrash } from "../../src/workspaces/removal/delete-trash.ts";
import { moveToTrash } from "../../src/workspaces/removal/move-to-trash.ts";
import { planRemoval } from "../../src/workspaces/removal/plan-removal.ts";
import { WorkspaceRoot } from "../../src/workspaces/tree/workspace-root.ts";
import type { BenchmarkRow } from "../result.ts";
import { watched, type Watched } from "./watched.ts";

/** A short run for development: `ORB_CLEANUP_FOLDERS=200 script/bench cleanup`. */
const FOLDERS = Number(process.env["ORB_CLEANUP_FOLDERS"] ?? 2_000);
const FILES_IN_EACH = 50;
const ROUNDS = 5;
const LOOP_MS_MAX = 10;
const GROWTH_MB_MAX = 32;
const MB = 1024 * 1024;
const MAKE_TREE = fileURLToPath(new URL("./make-tree.ts", import.meta.url));

const run = promisify(execFile);

/** Removes a folder of the root. */
type Remover = (path: string) => Promise<unknown>;

/** Removal of one large workspace: ours and those that people use, in turns, so that a slow moment of the machine hits all. */
export async function removalRows(): Promise<readonly BenchmarkRow[]> {
  const base = await mkdtemp(join(process.env["ORB_CLEANUP_AT"] ?? tmpdir(), "orb-bench-"));
  await mkdir(join(base, "root"));
  await using root = await WorkspaceRoot.open(join(base, "root"));
  const removers: Readonly<Record<string, Remover>> = {
    ours: (path) => removeAsWeDo(path, root),
    "rm -rf": (path) => run("rm", ["-rf", path]),
    "fs.rm": (path) => rm(path, { recursive: true }),
    rimraf: (path) => rimraf(path),
  };
  const measured = new Map(Object.keys(removers).map((name) => [name, [] as Watched[]]));
  for (let round = 0; round < ROUNDS; round++)
    for (const [name, remove] of inTurns(Object.entries(removers), round)) {
      const path = join(root.path, `workspace-${round}`);
      await run(process.execPath, [MAKE_TREE, path, String(FOLDERS), String(FILES_IN_EACH)]);
      await run("sync", []);
      const one = await watched(() => remove(path));
      console.log(
        `${name}: ${one.seconds.toFixed(2)} s, loop ${one.loopP99Ms.toFixed(1)} ms, ${mb(one.growth)} MB more`,
      );
      measured.get(name)?.push(one);
    }
  await run("rm", ["-rf", base]);
  return toRows((name) => measured.get(name) ?? []);
}

async function removeAsWeDo(path: string, root: WorkspaceRoot): Promise<void> {
  await using folder = await root.openWorkspace(path);
  const tombstone = await planRemoval(root, folder, {
    path,
    trashName: `t-${randomBytes(8).toString("hex")}`,
  });
  await moveToTrash(root, tombstone);
  await deleteTrash(root, tombstone);
}

function toRows(of: (name: string) => readonly Watched[]): readonly BenchmarkRow[] {
  const files = (FOLDERS * FILES_IN_EACH).toLocaleString("en").replaceAll(",", " ");
  const ours = median(of("ours").map(({ seconds }) => seconds));
  const against = (peerName: string, isGoal: boolean): BenchmarkRow => {
    const peer = median(of(peerName).map(({ seconds }) => seconds));
    return {
      measure: `${files} files removed, and ${peerName}`,
      unit: "s",
      ours: round(ours),
      peer: round(peer),
      peerName,
      ratio: round(ours / peer),
      goal: isGoal ? "at most the time of rm -rf" : "for comparison",
      holds: !isGoal || ours <= peer,
    };
  };
  const loop = Math.max(...of("ours").map(({ loopP99Ms }) => loopP99Ms));
  const growth = mb(Math.max(...of("ours").map(({ growth }) => growth)));
  const worst = (peerName: string, value: (one: Watched) => number) =>
    round(Math.max(...of(peerName).map(value)));
  return [
    against("rm -rf", true),
    against("fs.rm", false),
    against("rimraf", false),
    {
      measure: "delay of the event loop meanwhile, p99 of the worst round",
      unit: "ms",
      ours: round(loop),
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

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function mb(bytes: number): number {
  return round(bytes / MB);
}
