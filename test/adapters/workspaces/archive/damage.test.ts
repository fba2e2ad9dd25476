import { cp, mkdir, open, readdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { OrbError } from "../../../../src/errors.ts";
import { verifyArchive } from "../../../../src/workspaces/archive/verify.ts";
import { ArchiveBench, treeOf } from "../../../support/workspaces/archive-bench.ts";
import { sampledInputs } from "../../../support/sample.ts";
import { afterAll, beforeAll, expect, test } from "../../../support/testing.ts";

let bench: ArchiveBench;
beforeAll(async () => {
  bench = await ArchiveBench.open();
  await bench.git(["init", "--quiet"]);
  for (const name of ["a", "b"]) await writeFile(join(bench.path, name), `${name}\n`.repeat(500));
  await bench.git(["add", "a"]);
  await bench.git(["commit", "--quiet", "--message=First"]);
  await mkdir(join(bench.path, "empty"));
  await bench.archive();
  await bench.removeWorkspace();
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

const whole = (): string => bench.into.pathOf("a1");
const verify = (): Promise<unknown> => verifyArchive(bench.into, "a1", { signal: bench.signal });

/** Every archive here is a copy that is exchanged for the whole one, and back. */
async function withDamage(damage: () => Promise<void>, look: () => Promise<void>): Promise<void> {
  const copy = join(bench.folder, "whole");
  await cp(whole(), copy, { recursive: true });
  try {
    await damage();
    await look();
  } finally {
    await rm(whole(), { recursive: true, force: true });
    await cp(copy, whole(), { recursive: true });
    await rm(copy, { recursive: true });
  }
}

async function flip(file: string, bit: number): Promise<void> {
  await using opened = await open(join(whole(), file), "r+");
  const byte = Buffer.alloc(1);
  await opened.read(byte, 0, 1, bit >> 3);
  byte[0] = (byte[0] ?? 0) ^ (1 << (bit & 7));
  await opened.write(byte, 0, 1, bit >> 3);
}

test("the archive that all of these tests damage is whole: the control", async () => {
  await expect(verify()).resolves.toMatchObject({ name: "a1" });
});

test("one other bit anywhere in an archive is found, and nothing is restored from it", async () => {
  const { numRuns } = sampledInputs({ all: 300, sample: 15 });
  const files = await readdir(whole());
  expect(files.sort()).toEqual([
    "files.tar",
    "listing.jsonl",
    "manifest.json",
    "manifest.sha256",
    "repository-0.bundle",
  ]);
  for (const file of files) {
    const bits = (await stat(join(whole(), file))).size * 8;
    const each = Math.ceil(numRuns / files.length);
    for (let run = 0; run < each; run++) {
      const bit = Math.floor(((run + Math.random()) / each) * bits);
      await flip(file, bit);
      const error = await verify().then(
        () => null,
        (error: unknown) => error,
      );
      await flip(file, bit);
      expect([file, bit, error instanceof OrbError && error.code]).toEqual([file, bit, "archive_damaged"]);
    }
  }
});

test.each([
  ["a part is missing", () => rm(join(whole(), "files.tar"))],
  ["a part is shorter", () => truncateTo("files.tar", 512)],
  ["something was added", () => writeFile(join(whole(), "more"), "")],
  ["the hash of the manifest is gone", () => rm(join(whole(), "manifest.sha256"))],
] as const)("an archive of which %s is refused with a remedy", async (_, damage) => {
  await withDamage(damage, async () => {
    await expect(bench.restore()).rejects.toMatchObject({
      code: "archive_damaged",
      remedy: expect.stringContaining("backup"),
    });
    await expect(treeOf(bench.path)).rejects.toThrow("ENOENT");
  });
});

test("an archive that somebody exchanged for another whole one is refused if its hash was kept", async () => {
  await expect(bench.restore({ expected: "0".repeat(64) })).rejects.toMatchObject({
    code: "archive_damaged",
  });
});

test("an archive that does not exist is said to be missing", async () => {
  await expect(bench.restore({ name: "a2" })).rejects.toMatchObject({ code: "archive_missing" });
  await expect(bench.restore({ name: "../a1" })).rejects.toMatchObject({ code: "archive_refused" });
});

test("the list of archives has their sizes and ages, and also those that can't be read", async () => {
  const [listed] = await bench.into.list();
  expect(listed).toMatchObject({
    name: "a1",
    workspace: { host: "here", path: bench.path },
    at: new Date("2026-11-29T12:00:00Z"),
  });
  expect(listed?.bytes).toBeGreaterThan(1_000);
  await withDamage(
    () => rm(join(whole(), "manifest.json")),
    async () => expect(await bench.into.list()).toMatchObject([{ name: "a1", workspace: null }]),
  );
});

async function truncateTo(file: string, bytes: number): Promise<void> {
  await using opened = await open(join(whole(), file), "r+");
  await opened.truncate(bytes);
}
