import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomBytes } from "node:crypto";
import { planRemoval } from "../../../../src/workspaces/removal/plan-removal.ts";
import type { Tombstone } from "../../../../src/workspaces/record/tombstone.ts";
import { TreeThreads } from "../../../../src/workspaces/removal/walk/tree-threads.ts";
import { WorkspaceRoot } from "../../../../src/workspaces/tree/workspace-root.ts";

/** A root with workspaces, and beside it a folder that nothing may touch. */
export interface Stand extends AsyncDisposable {
  readonly root: WorkspaceRoot;
  readonly threads: TreeThreads;
  /** Contains the root and everything around it. */
  readonly base: string;
  /** Creates an empty workspace. @returns its path */
  make(name: string): string;
  /** The tombstone of the workspace that has this name. @param worktrees linked ones inside it */
  plan(name: string, worktrees?: readonly string[]): Promise<Tombstone>;
}

/** Where other users may reach a folder; the temporary one of a test run is private, and may be in memory. */
export const PUBLIC = "/var/tmp";

/**
 * @param at the folder to use, if a test brings a file system
 * @param below where to make a folder otherwise
 */
export async function setUpStand({
  at,
  below = tmpdir(),
}: { at?: string; below?: string } = {}): Promise<Stand> {
  const base = at ?? realpathSync(mkdtempSync(join(below, "orb-removal-")));
  const path = join(base, "root");
  mkdirSync(path, { recursive: true });
  const root = await WorkspaceRoot.open(path);
  const threads = new TreeThreads();
  return {
    root,
    threads,
    base,
    make: (name) => {
      mkdirSync(join(path, name), { recursive: true });
      return join(path, name);
    },
    plan: async (name, worktrees = []) => {
      await using folder = await root.openWorkspace(join(path, name));
      return await planRemoval(root, folder, {
        path: join(path, name),
        trashName: trashName(),
        worktrees: worktrees.map((each) => Buffer.from(each)),
      });
    },
    [Symbol.asyncDispose]: async () => {
      await threads.close();
      await root.close();
      if (at === undefined) execFileSync("rm", ["-rf", base]);
    },
  };
}

export function trashName(): string {
  return `t-${randomBytes(8).toString("hex")}`;
}
