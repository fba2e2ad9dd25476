/**
 * A process that removes one folder and sends what that cost it, a `Watched`: `one-removal.ts REMOVER ROOT FOLDER`. One for each
 * removal, so that none measures the memory of another.
 */
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { rm } from "node:fs/promises";
import { promisify } from "node:util";
import { rimraf } from "rimraf";
import { deleteTrash } from "../../src/workspaces/removal/delete-trash.ts";
import { moveToTrash } from "../../src/workspaces/removal/move-to-trash.ts";
import { planRemoval } from "../../src/workspaces/removal/plan-removal.ts";
import { WorkspaceRoot } from "../../src/workspaces/tree/workspace-root.ts";
import { watched } from "./watched.ts";

const run = promisify(execFile);
const [, , remover = "", rootPath = "", path = ""] = process.argv;

const REMOVERS: Readonly<Record<string, () => Promise<unknown>>> = {
  ours: removeAsWeDo,
  "rm -rf": () => run("rm", ["-rf", path]),
  "fs.rm": () => rm(path, { recursive: true }),
  rimraf: () => rimraf(path),
};

process.send?.(await watched(REMOVERS[remover] ?? removeAsWeDo), undefined, undefined, () => process.exit());

async function removeAsWeDo(): Promise<void> {
  await using root = await WorkspaceRoot.open(rootPath);
  await using folder = await root.openWorkspace(path);
  const trashName = `t-${randomBytes(8).toString("hex")}`;
  const tombstone = await planRemoval(root, folder, { path, trashName });
  await moveToTrash(root, tombstone);
  await deleteTrash(root, tombstone);
}
