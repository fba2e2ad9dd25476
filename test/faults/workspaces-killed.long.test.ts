import { randomInt } from "node:crypto";
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { program, ROOT, testNeeding } from "../support/workspaces/needs.ts";
import { expect, test } from "../support/testing.ts";
import { compare, NOTHING_WRONG, seeAll } from "../support/workspaces/random/compare.ts";
import { cleanUnderKills } from "../support/workspaces/random/run.ts";

/** The same workspaces again: `ORB_TEST_LONG_RUN_SEED=7`. The order in which processes come to run is not among them. */
const SEED = Number(process.env["ORB_TEST_LONG_RUN_SEED"] ?? randomInt(1_000_000));
/** How many there are: `ORB_TEST_WORKSPACES=10000 ORB_TEST_FILE_MINUTES=240` takes hours. */
const COUNT = Number(process.env["ORB_TEST_WORKSPACES"] ?? 60);
/** Several times what a machine with two processors and nothing else to do takes: what hangs is found, and a busy machine is none. */
const MS_FOR_EACH = 5_000;
const MS_AT_LEAST = 100_000;
const MS_MAX = Math.max(MS_AT_LEAST, COUNT * MS_FOR_EACH);
/** What a killed process had removed since it last stored its progress is in no books, nor are the topmost folders: a small part. */
const FREED_MIN = 0.8;

testNeeding(
  [ROOT, program("mkfs.ext4")],
  `of ${COUNT} random workspaces exactly those go that may, while the workers are killed (seed ${SEED})`,
  async () => {
    await using stack = new AsyncDisposableStack();
    const { wrong, books, kills, took } = await cleanUnderKills(
      { count: COUNT, seed: SEED, msMax: MS_MAX },
      stack,
    );
    expect(wrong).toEqual(NOTHING_WRONG);
    const { problems, removed, deferred, archived, freed, written } = books;
    expect(problems).toEqual([]);
    expect(Math.min(kills, removed, deferred)).toBeGreaterThan(0);
    expect(freed.bytes / written.bytes).toBeGreaterThanOrEqual(FREED_MIN);
    expect(freed.inodes / written.inodes).toBeGreaterThanOrEqual(FREED_MIN);
    console.info(JSON.stringify({ count: COUNT, kills, removed, deferred, archived, freed, written, took }));
  },
  2 * MS_MAX,
);

/** A root with the folders a and b, and one beside it. */
function makeFolders() {
  const base = mkdtempSync(join(tmpdir(), "orb-compare-"));
  const folders = { root: join(base, "root"), outside: join(base, "outside") };
  for (const path of [join(folders.root, "a"), join(folders.root, "b"), join(folders.outside, "shared")]) {
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, "file"), "Work.\n");
  }
  const verdicts = new Map([
    ["a", { goes: true, archived: false }],
    ["b", { goes: false, archived: false }],
  ]);
  return { ...folders, verdicts, [Symbol.dispose]: () => rmSync(base, { recursive: true }) };
}

test("the comparison sees nothing wrong where only that has gone that may go", () => {
  using folders = makeFolders();
  const before = seeAll(folders);
  rmSync(join(folders.root, "a"), { recursive: true });
  expect(compare(before, seeAll(folders), folders)).toEqual(NOTHING_WRONG);
});

test("the comparison sees a loss, a leftover, a change outside, and litter", () => {
  using folders = makeFolders();
  const before = seeAll(folders);
  appendFileSync(join(folders.root, "b/file"), "x");
  appendFileSync(join(folders.outside, "shared/file"), "x");
  mkdirSync(join(folders.root, "new"));
  mkdirSync(join(folders.root, ".orb/trash/half"), { recursive: true });
  const wrong = { lost: ["b"], left: ["a"], outside: ["shared"], litter: ["new", "trash/half"] };
  expect(compare(before, seeAll(folders), folders)).toEqual(wrong);
});

test("an oracle that is told wrong does not agree with what has gone", () => {
  using folders = makeFolders();
  const before = seeAll(folders);
  rmSync(join(folders.root, "a"), { recursive: true });
  const verdicts = new Map([["b", { goes: true, archived: false }]]);
  const { lost, left } = compare(before, seeAll(folders), { ...folders, verdicts });
  expect({ lost, left }).toEqual({ lost: ["a"], left: ["b"] });
});
