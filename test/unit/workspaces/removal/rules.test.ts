import { execFileSync } from "node:child_process";
import { sample, uint8Array } from "fast-check";
import { describeFinding } from "../../../../src/workspaces/removal/rules/describe-findings.ts";
import { fenceFiles } from "../../../../src/workspaces/removal/rules/fence-files.ts";
import { type FindingCode, Findings } from "../../../../src/workspaces/removal/rules/findings.ts";
import { freedBy } from "../../../../src/workspaces/removal/rules/freed.ts";
import { type EntryFacts, judgeEntry } from "../../../../src/workspaces/removal/rules/judge-entry.ts";
import { isSubvolume } from "../../../../src/workspaces/removal/rules/subvolume.ts";
import { shellWord } from "../../../../src/workspaces/removal/rules/shell-word.ts";
import { worktreeAddress } from "../../../../src/workspaces/removal/rules/worktree-address.ts";
import { describe, expect, test } from "../../../support/testing.ts";

const [ROOT, BOT, AGENT, OTHER] = [0, 1_000, 1_001, 100_999];

describe("whether one entry can be removed", () => {
  const plain = {
    name: Buffer.from("file"),
    uid: BOT,
    isFolder: false,
    refusal: null,
    around: { uid: BOT, mode: 0o755 },
  };
  const rows: readonly [string, Partial<EntryFacts>, number, FindingCode | null][] = [
    ["an own file", {}, BOT, null],
    ["a file of root in an own folder", { uid: ROOT }, BOT, "other_owner"],
    ["a file of the workspace's owner, in a folder that the bot may write to", { uid: AGENT }, BOT, null],
    [
      "a folder of the workspace's owner that the bot may not write to",
      { uid: AGENT, isFolder: true, refusal: "EACCES" },
      BOT,
      "other_owner",
    ],
    [
      "its file in a folder where only owners may remove",
      { uid: AGENT, around: { uid: AGENT, mode: 0o1777 } },
      BOT,
      "other_owner",
    ],
    [
      "an own folder of mode 0000, which its owner may change",
      { isFolder: true, refusal: "EACCES" },
      BOT,
      null,
    ],
    ["anybody's file, for root", { uid: OTHER }, ROOT, null],
    [
      "a folder that refuses even root",
      { uid: OTHER, isFolder: true, refusal: "EACCES" },
      ROOT,
      "other_owner",
    ],
    ["an immutable file, for its owner", { refusal: "EPERM" }, BOT, "immutable"],
    ["an immutable file, for root", { uid: ROOT, refusal: "EPERM" }, ROOT, "immutable"],
    ["a read-only mount", { refusal: "EROFS" }, ROOT, "read_only"],
    [
      "what NFS leaves of an open file (B11)",
      { name: Buffer.from(".nfs000000000123abcd00000001") },
      ROOT,
      "nfs_open_file",
    ],
    ["a name that only begins like that", { name: Buffer.from(".nfsmount.conf") }, BOT, null],
  ];
  test.each(rows)("%s", (_, facts, self, expected) => {
    expect(judgeEntry({ ...plain, ...facts }, { self, owner: AGENT })).toBe(expected);
  });
});

describe("findings", () => {
  test("are counted by kind, in bounded memory, and no entry is forgotten", () => {
    const findings = new Findings();
    for (let owner = 0; owner < 1_000; owner++) findings.add("other_owner", Buffer.alloc(5_000, "x"), owner);
    expect(findings.total).toBe(1_000);
    expect(findings.all.length).toBeLessThan(50);
    expect(Math.max(...findings.all.map(({ example }) => example.length))).toBeLessThan(2_000);
  });

  test("name the number, the owner, an example and the command", () => {
    const finding = { code: "other_owner", count: 7, example: Buffer.from("a b"), owner: ROOT } as const;
    expect(describeFinding(finding, { workspace: Buffer.from("/ws/w"), self: BOT })).toEqual({
      code: "other_owner",
      reason: "7 entries belong to user 0, and the bot runs as user 1000, such as '/ws/w/a b'.",
      remedy: "Run `sudo chown -hR 1000 /ws/w`, or run the bot as root.",
    });
  });
});

test("a path is one word for a shell, whatever bytes it has", () => {
  const bytes = uint8Array({ minLength: 1, maxLength: 60, min: 1 });
  const paths = sample(bytes, 200).map((path) => Buffer.from(path));
  const script = paths.map((path) => `printf '%s\\0' ${shellWord(path)}`).join("\n");
  const expected = Buffer.concat(paths.map((path) => Buffer.concat([path, Buffer.from([0])])));
  expect(execFileSync("bash", ["-s"], { input: script, env: { LC_ALL: "C" } })).toEqual(expected);
});

describe("what was freed (D3)", () => {
  test.each([
    ["as promised", 100, 100, 100],
    ["less than promised: a file is still open, or shares its blocks", 100, 60, 60],
    ["more than promised: others removed something too", 100, 500, 100],
    ["nothing: others wrote more meanwhile", 100, -300, 0],
  ])("%s", (_, counted, measured, expected) => {
    const room = (amount: number) => ({ bytes: amount, inodes: amount });
    const freed = freedBy({ promised: room(counted), before: room(1_000), after: room(1_000 + measured) });
    expect(freed).toEqual(room(expected));
  });
});

describe("the address of a worktree's entry", () => {
  const at = (pointer: string) => worktreeAddress(Buffer.from(pointer, "latin1"), Buffer.from("/ws/w"));
  test("absolute, and relative to the workspace", () => {
    expect(at("gitdir: /src/.git/worktrees/w\n")).toEqual({
      common: Buffer.from("/src/.git"),
      id: Buffer.from("w"),
    });
    expect(at("gitdir: ../../src/.git/worktrees/w")?.common).toEqual(Buffer.from("/ws/w/../../src/.git"));
  });

  test.each([
    "gitdir: /src/.git/modules/w\n",
    "gitdir: /src/.git/worktrees/..\n",
    "gitdir: /a/worktrees/b\nmore",
    "",
    "/src",
  ])("%j is none", (pointer) => {
    expect(at(pointer)).toBeNull();
  });
});

test("a subvolume has another device and the first inode of btrfs; a mount is told apart before", () => {
  expect(isSubvolume({ dev: 2n, ino: 256n }, { dev: 1n })).toBe(true);
  expect(isSubvolume({ dev: 1n, ino: 256n }, { dev: 1n })).toBe(false);
  expect(isSubvolume({ dev: 2n, ino: 257n }, { dev: 1n })).toBe(false);
});

test("the note of a fence can't become a command of make, or a value that a tool reads", () => {
  const note = "Removed.\n\t@reboot $(shell reboot) \"quoted\" 'x' \\ {a: 1} \u001b[31m";
  for (const [, content] of fenceFiles("t-12345678", note)) {
    expect(content.trimEnd()).not.toContain("\n");
    expect(content).toContain("(fence t-12345678)");
    expect(content.replace(/^\$\(error /, "")).not.toMatch(/[$"'\\{}]/);
  }
});
