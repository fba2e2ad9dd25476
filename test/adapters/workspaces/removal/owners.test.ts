import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, lstatSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { KeepReason } from "../../../../src/workspaces/keep-reason.ts";
import type { Tombstone } from "../../../../src/workspaces/record/tombstone.ts";
import { whatBlocks } from "../../../../src/workspaces/removal/what-blocks.ts";
import { afterAll, describe, expect } from "../../../support/testing.ts";
import { contentHash } from "./content-hash.ts";
import { program, ROOT, testNeeding } from "../../../support/workspaces/needs.ts";
import { NOBODY_IN_PARTICULAR as BOT, type RemoverProcess, startRemover } from "./run-remover.ts";
import { PUBLIC, setUpStand, type Stand, trashName } from "./stand.ts";

const SUB_UID = 100_999;
type Reasons = readonly KeepReason[];

const bot = startRemover({ uid: ROOT.isThere() ? BOT : (process.geteuid?.() ?? BOT) });
afterAll(() => bot[Symbol.asyncDispose]());

describe("a bot that is not root", () => {
  testNeeding(
    [ROOT],
    "finds files of others before it touches anything, counts them, and says how to fix it (C8)",
    async () => {
      await using stand = await setUpStand({ below: PUBLIC });
      const path = stand.make("w");
      mkdirSync(join(path, "a/b/c"), { recursive: true });
      mkdirSync(join(path, "container"));
      own(stand.base, BOT);
      writeFileSync(join(path, "a/b/c/of root"), "content");
      for (const name of ["one", "two"]) writeFileSync(join(path, "container", name), "content");
      own(join(path, "container"), SUB_UID);
      const before = contentHash(stand.base);
      const answer = await blocks(bot, { root: stand.root.path, path });
      expect(answer).toMatchObject([
        {
          code: "other_owner",
          reason: expect.stringMatching(
            /^3 entries belong to user 100999, and the bot runs as user 54321, such as/,
          ),
          remedy: expect.stringContaining(`sudo chown -hR ${BOT} ${path}`),
        },
        { code: "other_owner", reason: expect.stringContaining("One entry belongs to user 0") },
      ]);
      expect(contentHash(stand.base)).toBe(before);
      // Running the command of the remedy resolves it.
      own(path, BOT);
      expect(await blocks(bot, { root: stand.root.path, path })).toEqual([]);
    },
  );

  testNeeding(
    [ROOT],
    "the control: without the look before, such a workspace ends half removed",
    async () => {
      await using stand = await setUpStand({ below: PUBLIC });
      const path = stand.make("w");
      mkdirSync(join(path, "container"));
      writeFileSync(join(path, "own"), "content");
      writeFileSync(join(path, "container", "one"), "content");
      own(stand.base, BOT);
      own(join(path, "container"), SUB_UID);
      const removed = await removeAs(bot, { root: stand.root.path, path });
      expect(removed).toMatchObject({ refusal: { code: "other_owner" } });
      const left = join(stand.root.path, ".orb/trash", removed.trashName);
      expect(existsSync(join(left, "container/one"))).toBe(true);
      expect(existsSync(join(left, "own"))).toBe(false);
    },
  );

  testNeeding(
    [ROOT],
    "removes its own read-only trees and those of mode 0000, and changes no other mode (C9)",
    async () => {
      await using stand = await setUpStand({ below: PUBLIC });
      const path = stand.make("w");
      const outside = join(stand.base, "outside");
      mkdirSync(outside, { mode: 0o500 });
      for (const mode of [0o555, 0o000, 0o600, 0o100]) {
        const inner = join(path, `m${mode}`, "inner");
        mkdirSync(inner, { recursive: true });
        writeFileSync(join(inner, "file"), "content", { mode: 0o400 });
        execFileSync("ln", ["-s", outside, join(inner, "link")]);
        chmodSync(inner, mode);
        chmodSync(join(path, `m${mode}`), mode);
      }
      own(stand.base, BOT);
      chmodSync(path, 0o555);
      const modeBefore = lstatSync(outside).mode;
      expect(await blocks(bot, { root: stand.root.path, path })).toEqual([]);
      expect(await removeAs(bot, { root: stand.root.path, path })).toMatchObject({ counts: { folders: 9 } });
      expect(lstatSync(outside).mode).toBe(modeBefore);
    },
  );

  testNeeding([ROOT], "is told if it may not move anything out of the folder around", async () => {
    await using stand = await setUpStand({ below: PUBLIC });
    const path = stand.make("w");
    own(path, BOT);
    chmodSync(stand.base, 0o755);
    const answer = await blocks(bot, { root: stand.root.path, path });
    expect(answer).toMatchObject([
      { code: "place_read_only", remedy: expect.stringContaining(stand.root.path) },
    ]);
  });
});

describe("what can't be seen is not taken for nothing", () => {
  testNeeding(
    [ROOT, program("unshare"), program("setpriv")],
    "processes that /proc hides may have mounts inside (hidepid)",
    async () => {
      await using stand = await setUpStand({ below: PUBLIC });
      const path = stand.make("w");
      own(stand.base, BOT);
      // A /proc of its own: the one of this machine stays as it is.
      const script = `mount -t proc -o hidepid=2 proc /proc && exec setpriv --reuid=${BOT} --regid=${BOT} --clear-groups "$@"`;
      const wrapper = ["unshare", "-m", "--propagation", "private", "sh", "-c", script, "sh"];
      await using hidden = startRemover({ wrapper });
      expect(await blocks(hidden, { root: stand.root.path, path })).toMatchObject([
        { code: "mounts_unknown" },
      ]);
      expect(await blocks(bot, { root: stand.root.path, path })).toEqual([]);
    },
  );
});

describe("flags that forbid removal", () => {
  testNeeding(
    [ROOT, program("chattr"), program("lsattr")],
    "immutable and append-only are found before, and respected (C10)",
    async () => {
      await using stand = await setUpStand({ below: PUBLIC });
      const path = stand.make("w");
      for (const name of ["immutable", "append-only", "folder"]) mkdirSync(join(path, name));
      for (const name of ["immutable/file", "append-only/file", "folder/file"])
        writeFileSync(join(path, name), "x");
      execFileSync("chattr", ["+i", join(path, "immutable/file")]);
      execFileSync("chattr", ["+a", join(path, "append-only/file"), join(path, "append-only")]);
      try {
        const before = contentHash(stand.base);
        const answer = await whatBlocksIn(stand, path);
        expect(answer).toMatchObject([
          { code: "immutable", reason: expect.stringMatching(/^3 entries are immutable or append-only/) },
        ]);
        expect(answer[0]?.remedy).toContain(`sudo chattr -R -f -ia ${path}`);
        expect(contentHash(stand.base)).toBe(before);
      } finally {
        execFileSync("chattr", ["-R", "-f", "-ia", path]);
      }
      expect(await whatBlocksIn(stand, path)).toEqual([]);
    },
  );
});

function own(path: string, uid: number): void {
  execFileSync("chown", ["-hR", `${uid}:${uid}`, path]);
}

interface Where {
  readonly root: string;
  readonly path: string;
}

async function blocks(as: RemoverProcess, where: Where): Promise<Reasons | null> {
  return await as.ask<Reasons>({ act: "blocks", ...where });
}

async function whatBlocksIn({ root, threads }: Stand, path: string): Promise<Reasons> {
  await using folder = await root.openWorkspace(path);
  return await whatBlocks(folder, { threads });
}

async function removeAs(as: RemoverProcess, where: Where): Promise<{ readonly trashName: string }> {
  const name = trashName();
  const tombstone = await as.ask<Tombstone>({ act: "plan", ...where, trashName: name });
  if (!tombstone) throw new Error("The process ended");
  return { trashName: name, ...(await as.ask<object>({ act: "remove", root: where.root, tombstone })) };
}
