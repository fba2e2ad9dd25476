import { describe, expect, test } from "../../../support/testing.ts";
import {
  answerOf,
  type ContentReason,
  type KeepCode,
} from "../../../../src/workspaces/keep/rules/keep-code.ts";
import { firstBaseline, type Baseline } from "../../../../src/workspaces/keep/baseline.ts";
import { isBelow } from "../../../../src/workspaces/keep/rules/is-below.ts";
import { isLoose } from "../../../../src/workspaces/keep/rules/is-loose.ts";
import { parseLfsPointer } from "../../../../src/workspaces/keep/rules/lfs-pointer.ts";
import { aged, counted, examples } from "../../../../src/workspaces/keep/rules/listed.ts";
import { rebuildableRoot } from "../../../../src/workspaces/keep/rules/rebuildable.ts";
import { remoteName } from "../../../../src/workspaces/keep/rules/remote-name.ts";
import {
  distinctTips,
  kindOfRef,
  type Tip,
  type TipKind,
} from "../../../../src/workspaces/keep/rules/tip.ts";
import { tipReasons } from "../../../../src/workspaces/keep/rules/tip-reasons.ts";

const SHA = "a".repeat(40);
const tip = (kind: TipKind, sha = SHA): Tip => ({ kind, sha, name: Buffer.from(`refs/x/${kind}`) });
const reason = (code: KeepCode): ContentReason => ({ code, reason: "", remedy: "" });

test.each([
  ["node_modules/a/b.js", "node_modules"],
  ["packages/a/node_modules/b.js", "packages/a/node_modules"],
  ["target/debug/x", "target"],
  ["a/.DS_Store", "a/.DS_Store"],
  // A file with the name of such a folder is one that somebody wrote.
  ["target", null],
  ["src/dist.ts", null],
  ["my_node_modules/a", null],
  [".env", null],
  ["\xff/.venv/x", "\xff/.venv"],
])("of %j, %j can be made again", (path, root) => {
  const found = rebuildableRoot(Buffer.from(path, "latin1"));
  expect(found && found.toString("latin1")).toBe(root);
});

test("one unreadable part makes the whole unreadable; work is work", () => {
  expect(answerOf([])).toBe("clean");
  expect(answerOf([reason("stash")])).toBe("work");
  expect(answerOf([reason("stash"), reason("github_unreadable")])).toBe("unreadable");
});

test.each([
  ["refs/heads/a", "branch"],
  ["refs/tags/a", "tag"],
  ["refs/remotes/o/a", "fetched"],
  ["refs/stash", "stash"],
  ["refs/notes/commits", "note"],
  ["refs/bisect/bad", "worktree-ref"],
  ["refs/headsx", "other"],
])("%s is a %s", (name, kind) => {
  expect(kindOfRef(Buffer.from(name))).toBe(kind);
});

test("a commit that several things lead to counts as the weightiest", () => {
  expect(distinctTips([tip("reflog"), tip("fetched"), tip("branch")]).map(({ kind }) => kind)).toEqual([
    "branch",
  ]);
});

describe("a tip is nowhere else", () => {
  const commit = { type: "commit", bytes: 1, peeled: { sha: SHA, type: "commit" } } as const;
  const tag = { type: "tag", bytes: 1, peeled: { sha: "b".repeat(40), type: "commit" } } as const;
  const facts = { object: commit, contained: false, stays: false, answer: { present: new Set<string>() } };
  const has = { present: new Set([SHA]) };
  test.each([
    ["a branch that nothing contains", "branch", facts, true],
    ["a branch that GitHub has only as an object", "branch", { ...facts, answer: has }, true],
    ["a branch that is contained", "branch", { ...facts, contained: true }, false],
    ["before GitHub was asked", "branch", { ...facts, answer: null }, true],
    ["a fetched commit that GitHub has as an object", "fetched", { ...facts, answer: has }, false],
    ["a fetched commit that GitHub does not know", "fetched", facts, true],
    [
      "a tag object that GitHub lacks, on a contained commit",
      "tag",
      { ...facts, object: tag, contained: true },
      true,
    ],
    [
      "a tag object that GitHub has, on a contained commit",
      "tag",
      { ...facts, object: tag, contained: true, answer: has },
      false,
    ],
    ["a tag object that GitHub has, on a loose commit", "tag", { ...facts, object: tag, answer: has }, true],
    ["a tag of a file", "tag", { ...facts, contained: null }, true],
    ["a tag of a file that GitHub has", "tag", { ...facts, contained: null, answer: has }, false],
    ["what refs elsewhere have", "branch", { ...facts, stays: true }, false],
  ] as const)("%s: as a %s", (_, kind, given, expected) => {
    expect(isLoose(tip(kind), given)).toBe(expected);
  });
});

test.each([
  ["https://github.com/acme/widgets.git", "acme/widgets"],
  ["https://token@github.com/acme/widgets", "acme/widgets"],
  ["git@github.com:acme/widgets.git", "acme/widgets"],
  ["ssh://git@github.com:22/acme/wid.gets/", "acme/wid.gets"],
  ["/srv/acme/widgets", null],
  ["../widgets", null],
  ["https://gitlab.com/a/b/c", null],
  ["ext::sh -c evil/x", null],
])("the address %s names %s", (url, name) => {
  expect(remoteName(url)).toBe(name);
});

test("a pointer of Git LFS is recognised, and nothing else", () => {
  const text = `version https://git-lfs.github.com/spec/v1\noid sha256:${"a".repeat(64)}\nsize 12\n`;
  expect(parseLfsPointer(Buffer.from(text))).toEqual({ sha256: "a".repeat(64), bytes: 12 });
  expect(parseLfsPointer(Buffer.from(`${text}more\n`))).toBeNull();
  expect(parseLfsPointer(Buffer.from(text.replace("sha256", "sha1")))).toBeNull();
  expect(parseLfsPointer(Buffer.from(text + "x".repeat(1024)))).toBeNull();
});

test("a path is below a folder only at a slash, and only below its base", () => {
  const folders = new Set(["a/b", "c"]);
  expect(isBelow(Buffer.from("a/b/c"), 0, folders)).toBe(true);
  expect(isBelow(Buffer.from("a/b/"), 0, folders)).toBe(true);
  expect(isBelow(Buffer.from("a/bc/d"), 0, folders)).toBe(false);
  expect(isBelow(Buffer.from("c/d"), 1, folders)).toBe(false);
});

test("a baseline that was noted stays, whatever is noted later", () => {
  const first: Baseline = { version: 1, heads: [], fetched: ["1"], files: [], lfsObjects: [] };
  const later = { ...first, fetched: ["2"] };
  expect(firstBaseline(null, later)).toBe(later);
  expect(firstBaseline(first, later)).toBe(first);
});

test("names of a workspace are shown on one line, cut, and without characters that hide something", () => {
  expect(examples(["a\nb", "\u202ec", "x".repeat(200), "d", "e"])).toBe(
    `"a\\nb", "c", "${"x".repeat(79)}…" and 2 more`,
  );
  expect(counted(1, "entry", "entries")).toBe("1 entry");
  expect([aged(-5), aged(3_600_000), aged(72 * 3_600_000)]).toEqual(["0 hours", "1 hour", "3 days"]);
});

test("each kind of tip has its own reason, in the order of weight", () => {
  const reasons = tipReasons(
    [tip("reflog"), tip("stash", "b".repeat(40)), tip("stash", "c".repeat(40))],
    4,
    ' in "sub"',
  );
  expect(reasons.map(({ code }) => code)).toEqual(["stash", "reflog_commits"]);
  expect(reasons[0]?.reason).toBe(
    '2 stash entries in "sub": "bbbbbbb", "ccccccc"; 4 commits in all are nowhere else.',
  );
});
