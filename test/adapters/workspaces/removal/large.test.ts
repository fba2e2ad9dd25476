import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deleteTrash } from "../../../../src/workspaces/removal/delete-trash.ts";
import { moveToTrash, whereIs } from "../../../../src/workspaces/removal/move-to-trash.ts";
import type { Tombstone } from "../../../../src/workspaces/record/tombstone.ts";
import { surveyFolder } from "../../../../src/workspaces/removal/walk/survey-folder.ts";
import { eventually } from "../../../support/eventually.ts";
import { turnsDuring } from "../../../support/loop-turns.ts";
import { sampled } from "../../../support/sample.ts";
import { describe, expect, test } from "../../../support/testing.ts";
import { makeDeep } from "./hostile-tree.ts";
import { PUBLIC, setUpStand, type Stand } from "./stand.ts";

const [FOLDERS, FILES] = [40, 250];
const MANY = 1_000_000;
const MANY_MS_MAX = 600_000;
const DEPTH = 2_000;

describe("a large workspace takes as long as it takes (C15)", () => {
  test("it can be paused, and stopped, and goes on from there; progress only grows", async () => {
    await using stand = await setUpStand();
    const tombstone = await moved(stand);
    const seen: number[] = [];
    const pause = { on: true };
    const stop = new AbortController();
    const first = deleteTrash(stand.root, tombstone, {
      paused: () => pause.on,
      progress: ({ files, folders, inodes }) => {
        seen.push(files);
        expect(inodes).toBe(files + folders);
      },
      signal: stop.signal,
    });
    await eventually("the walk reports while it rests", () => seen.length > 3);
    expect(seen.at(-1)).toBe(0);
    pause.on = false;
    await eventually("something is gone", () => (seen.at(-1) ?? 0) > 0 && (pause.on = true));
    stop.abort();
    await expect(first).rejects.toMatchObject({ code: "stopping" });
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(await whereIs(stand.root, tombstone)).toBe("trash");
    const { counts } = await deleteTrash(stand.root, tombstone);
    expect(counts.files).toBeLessThan(FOLDERS * FILES);
    expect(await whereIs(stand.root, tombstone)).toBe("gone");
  });

  test("the event loop turns all the time", async () => {
    await using stand = await setUpStand();
    const tombstone = await moved(stand);
    const startedAt = performance.now();
    const { turns, result } = await turnsDuring(deleteTrash(stand.root, tombstone));
    expect(result.counts.files).toBe(FOLDERS * FILES);
    // A walk on the event loop itself would let it turn a few times in all.
    expect(turns).toBeGreaterThan((performance.now() - startedAt) / 20);
  });

  test("a survey counts everything, however deep, with the same threads", async () => {
    await using stand = await setUpStand();
    const path = stand.make("w");
    makeDeep(path, DEPTH);
    for (let index = 0; index < FILES; index++) mkdirSync(join(path, `d${index}`));
    await using folder = await stand.root.openWorkspace(path);
    expect(await surveyFolder(folder, stand)).toMatchObject({
      files: DEPTH,
      folders: DEPTH + FILES,
      findings: [],
    });
  });

  // A long story with a limit of its own.
  for (const title of sampled("long stories", ["a million files in one folder"], []))
    test(title, () => removeMany(MANY), MANY_MS_MAX);
});

async function moved(stand: Stand): Promise<Tombstone> {
  const path = stand.make("w");
  for (let folder = 0; folder < FOLDERS; folder++) {
    mkdirSync(join(path, `d${folder}`));
    for (let file = 0; file < FILES; file++) writeFileSync(join(path, `d${folder}/f${file}`), "");
  }
  const tombstone = await stand.plan("w");
  await moveToTrash(stand.root, tombstone);
  return tombstone;
}

async function removeMany(count: number): Promise<void> {
  await using stand = await setUpStand({ below: PUBLIC });
  const path = stand.make("w");
  execFileSync("python3", ["-c", MAKE_MANY, path, String(count)]);
  await using folder = await stand.root.openWorkspace(path);
  expect(await surveyFolder(folder, stand)).toMatchObject({ files: count });
  const tombstone = await stand.plan("w");
  await moveToTrash(stand.root, tombstone);
  expect((await deleteTrash(stand.root, tombstone)).counts).toMatchObject({
    files: count,
    folders: 1,
  });
}

const MAKE_MANY = `
import os, sys
os.chdir(sys.argv[1])
for number in range(int(sys.argv[2])):
    os.close(os.open("file-%d" % number, os.O_CREAT | os.O_WRONLY))
`;
