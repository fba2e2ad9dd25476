import { createHash } from "node:crypto";
import { lstatSync } from "node:fs";
import { cp, lstat, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { whyOutside } from "../../../src/workspaces/record/rules/root-names.ts";
import { OrbError } from "../../../src/errors.ts";
import type { CleanupEyes, CleanupHands, Findings, Located } from "../../../src/workspaces/cleanups/hands.ts";
import type { Place } from "../../../src/workspaces/cleanups/rules/next-act.ts";

/** What a workspace of a test may have in it: a file of this name means that it is so. */
export const WORK_FILE = "unpushed-work";
export const HOLDER_FILE = "somebody-uses-it";
export const UNREADABLE_FILE = "can-not-be-read";
/** Something that was changed after whatever anybody has said. */
export const LATE_FILE = "changed-later";
const LATER = new Date(8_640_000_000_000_000);

export interface Folders {
  readonly root: string;
  readonly archive: string | null;
}

/** Looks at real folders with nothing but `node:fs`: for tests of the order of things, not of what is dangerous. */
export function plainEyes({ root, archive }: Folders): CleanupEyes {
  const trashOf = (name: string) => join(root, ".trash", name);
  return {
    canArchive: archive !== null,
    namesOf: (path) => [path],
    whyOutside: (workspace) => whyOutside(workspace, [root]),
    look: async ({ _id, workspace: { path }, tombstone }, where): Promise<Findings> => {
      const trashName = tombstone?.removal.trashName ?? `t-${String(_id)}`;
      const folder = where === "here" ? path : trashOf(trashName);
      const names = await readdir(folder);
      if (names.includes(UNREADABLE_FILE)) throw refusal("git_failed", "git status exited with 128");
      const identity = identityOf(folder);
      if (!identity) throw refusal("workspace_missing", `${folder} is gone`);
      const hasWork = names.includes(WORK_FILE);
      return {
        removal: {
          trashName,
          path: Buffer.from(basename(path)).toString("base64"),
          folder: identity,
          worktree: null,
        },
        answer: hasWork ? "work" : "clean",
        work: hasWork
          ? [{ code: "unpushed_commits", reason: "A commit is nowhere else.", remedy: "Push it." }]
          : [],
        obstacles: names.includes(HOLDER_FILE)
          ? [{ code: "in_use", reason: "Somebody uses it.", remedy: "Wait." }]
          : [],
        print: await printOf(folder),
        frees: await sizeOf(folder),
        changedAt: names.includes(LATE_FILE) ? LATER : new Date(0),
      };
    },
  };
}

async function sizeOf(folder: string): Promise<Findings["frees"]> {
  const names = await readdir(folder);
  const sizes = await Promise.all(names.map(async (name) => (await lstat(join(folder, name))).size));
  return { bytes: sizes.reduce((sum, size) => sum + size, 0), inodes: names.length };
}

/** The same with what writes. */
export function plainHands({ root, archive }: Folders): CleanupHands {
  const trashOf = (name: string) => join(root, ".trash", name);
  return {
    ...plainEyes({ root, archive }),
    locate: async ({ workspace: { path }, tombstone }: Located): Promise<Place> => {
      if (!tombstone) return identityOf(path) ? "here" : "gone";
      const { trashName, folder } = tombstone.removal;
      const [here, there] = [identityOf(path), identityOf(trashOf(trashName))];
      const isHere = here !== null && here.ino === folder.ino && here.dev === folder.dev;
      if (there) return here ? "trash_and_other" : "trash";
      return isHere ? "here" : here ? "other" : "gone";
    },
    assertArchived: async () => {},
    archive: async ({ _id, workspace: { path } }) => {
      const target = join(archive ?? "", String(_id));
      await rm(target, { recursive: true, force: true });
      await cp(path, target, { recursive: true });
      return { name: target, bytes: (await sizeOf(target)).bytes, at: new Date(), outdated: [] };
    },
    dropArchives: async (names) => {
      for (const name of names) await rm(join(archive ?? "", name), { recursive: true, force: true });
    },
    moveToTrash: async ({ workspace: { path }, tombstone: { removal } }) => {
      const target = trashOf(removal.trashName);
      await mkdir(dirname(target), { recursive: true });
      await rename(path, target);
    },
    putBack: async ({ workspace: { path }, tombstone: { removal } }) => {
      if (identityOf(path)) throw refusal("path_taken", `Something new is at ${path}`);
      await rename(trashOf(removal.trashName), path);
    },
    deleteTrash: async ({ tombstone: { removal } }, { progress }) => {
      const target = trashOf(removal.trashName);
      if (!identityOf(target)) return { bytes: 0, inodes: 0 };
      let freed = { bytes: 0, inodes: 0 };
      for (const name of await readdir(target)) {
        const { size } = await lstat(join(target, name));
        await rm(join(target, name), { recursive: true });
        freed = { bytes: freed.bytes + size, inodes: freed.inodes + 1 };
        await progress(freed);
      }
      await rm(target, { recursive: true });
      return { bytes: freed.bytes, inodes: freed.inodes + 1 };
    },
    prune: async () => {},
    raiseFence: async ({ workspace: { path } }) => {
      await mkdir(path, { recursive: true });
      await writeFile(join(path, ".git"), "gitdir: nowhere\n");
      return true;
    },
    lowerFence: async ({ workspace: { path } }) => rm(path, { recursive: true, force: true }),
  };
}

function identityOf(path: string): { dev: string; ino: string } | null {
  const found = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  return found ? { dev: String(found.dev), ino: String(found.ino) } : null;
}

async function printOf(folder: string): Promise<string> {
  const hash = createHash("sha256");
  for (const name of (await readdir(folder)).sort()) {
    hash.update(name).update("\0");
    hash.update(await readFile(join(folder, name))).update("\0");
  }
  return hash.digest("hex");
}

function refusal(code: string, reason: string): OrbError {
  return new OrbError({ code, reason, remedy: "Look at it." });
}
