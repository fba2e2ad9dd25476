import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { lowerFence, raiseFence } from "../../../../src/workspaces/removal/fence.ts";
import { deleteTrash } from "../../../../src/workspaces/removal/delete-trash.ts";
import { moveToTrash, whereIs } from "../../../../src/workspaces/removal/move-to-trash.ts";
import type { Tombstone } from "../../../../src/workspaces/record/tombstone.ts";
import { pruneWorktree } from "../../../../src/workspaces/removal/worktree.ts";
import { sampled } from "../../../support/sample.ts";
import { describe, expect, test } from "../../../support/testing.ts";
import { contentHash } from "./content-hash.ts";
import { program, ROOT, testNeeding } from "../../../support/workspaces/needs.ts";
import { startRemover } from "./run-remover.ts";
import { setUpStand, type Stand } from "./stand.ts";
import { git, makeMain } from "./main-repository.ts";

const STEPS = ["move", "fence", "prune", "delete", "lower"] as const;
/** System calls that change the file system. strace counts them for each thread: there are far more than are killed. */
const CALLS = "unlink,rmdir,rename,mkdir,chmod,fchmod";
const [FOLDERS, FILES] = [4, 120];
const CALL_NUMBERS = Array.from({ length: 64 }, (_, index) => String(index + 1));

describe("a removal is killed and done again, and ends as if nothing had happened", () => {
  test.each(sampled("steps after which a remover is killed", STEPS, ["fence"]))(
    "killed after the step: %s",
    async (step) => {
      await using stand = await setUpStand();
      const { tombstone, others } = await arrange(stand);
      const before = contentHash(others);
      await using remover = startRemover();
      const asked = { act: "remove", root: stand.root.path, tombstone, dieAfter: step } as const;
      expect(await remover.ask(asked)).toBeNull();
      expect(await remover.ended).toBe("SIGKILL");
      await finish(stand, tombstone);
      expect(contentHash(others)).toBe(before);
    },
  );

  for (const number of sampled("system calls at which a remover is killed", CALL_NUMBERS, ["25"]))
    testNeeding(
      [ROOT, program("strace")],
      `killed at the system call number ${number} that changes something`,
      async () => {
        await using stand = await setUpStand();
        const { tombstone, others } = await arrange(stand);
        const before = contentHash(others);
        const inject = `inject=${CALLS}:signal=KILL:when=${number}`;
        const wrapper = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", `trace=${CALLS}`, "-e", inject];
        await using remover = startRemover({ wrapper });
        expect(await remover.ask({ act: "remove", root: stand.root.path, tombstone })).toBeNull();
        expect(await remover.ended).toBe("SIGKILL");
        await finish(stand, tombstone);
        expect(contentHash(others)).toBe(before);
      },
    );
});

/** A linked worktree to remove, and another with its main repository, which stay. */
async function arrange(stand: Stand): Promise<{ readonly tombstone: Tombstone; readonly others: string }> {
  const main = makeMain(join(stand.base, "others/main"));
  git(main, "worktree", "add", "-q", "-b", "stays", join(stand.base, "others/stays"));
  const path = join(stand.root.path, "w");
  git(main, "worktree", "add", "-q", "--detach", path);
  for (let folder = 0; folder < FOLDERS; folder++) {
    mkdirSync(join(path, `d${folder}/inner`), { recursive: true });
    for (let file = 0; file < FILES; file++)
      writeFileSync(join(path, `d${folder}/inner/f${file}`), "content");
  }
  return { tombstone: await stand.plan("w"), others: join(stand.base, "others/stays") };
}

/** What another process does that finds the tombstone: every step once more. */
async function finish(stand: Stand, tombstone: Tombstone): Promise<void> {
  if ((await whereIs(stand.root, tombstone)) === "workspace") await moveToTrash(stand.root, tombstone);
  await raiseFence(stand.root, tombstone, { note: "Removed." });
  await pruneWorktree(tombstone);
  await deleteTrash(stand.root, tombstone);
  expect(await lowerFence(stand.root, tombstone)).toBe("lowered");
  expect(await whereIs(stand.root, tombstone)).toBe("gone");
  expect(readdirSync(stand.root.path)).toEqual([".orb"]);
  for (const own of ["trash", "fences"]) expect(readdirSync(join(stand.root.path, ".orb", own))).toEqual([]);
  const main = makeMain(join(stand.base, "others/main"));
  expect(readdirSync(join(main, ".git/worktrees"))).toEqual(["stays"]);
  expect(readdirSync(join(main, ".git")).filter((name) => name.startsWith("orb-"))).toEqual([]);
  expect(git(join(stand.base, "others/stays"), "status", "--porcelain")).toBe("");
}
