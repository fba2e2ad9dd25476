import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { createInterface } from "node:readline";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { OrbError } from "../../../../src/errors.ts";
import { deleteTrash } from "../../../../src/workspaces/removal/delete-trash.ts";
import { moveToTrash, whereIs } from "../../../../src/workspaces/removal/move-to-trash.ts";
import type { Tombstone } from "../../../../src/workspaces/record/tombstone.ts";
import { longStory } from "../../../support/sample.ts";
import { describe, expect, test } from "../../../support/testing.ts";
import { contentHash } from "./content-hash.ts";
import { program, testNeeding } from "../../../support/workspaces/needs.ts";
import { setUpStand } from "./stand.ts";

const ATTACKER = fileURLToPath(new URL("./attacker.py", import.meta.url));
const [SHORT_MS, LONG_MS] = [1_000, 30_000];
const [WIDTH, DEPTH, FILES] = [3, 4, 4];

describe("a running attacker exchanges folders and links to a victim while workspaces are removed", () => {
  testNeeding([program("python3")], "for a second: the victim stays whole", () => underAttack(SHORT_MS));
  longStory("for half a minute: the victim stays whole", () => underAttack(LONG_MS));

  test("the control: a remover that names files by their paths removes those of the victim", async () => {
    await using stand = await setUpStand();
    const victim = makeVictim(stand.base);
    const path = stand.make("w");
    mkdirSync(join(path, "folder"));
    writeFileSync(join(path, "folder/precious"), "own");
    const names = readdirSync(join(path, "folder"));
    expect(lstatSync(join(path, "folder")).isDirectory()).toBe(true);
    // One exchange in between is enough.
    renameSync(join(path, "folder"), join(path, "real"));
    symlinkSync(victim, join(path, "folder"));
    for (const name of names) unlinkSync(join(path, "folder", name));
    expect(readdirSync(victim)).not.toContain("precious");
  });
});

async function underAttack(forMs: number): Promise<void> {
  await using stand = await setUpStand();
  const victim = makeVictim(stand.base);
  const before = contentHash(victim);
  const attacker = spawn("python3", [ATTACKER, stand.root.path, victim], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: attacker.stdout })[Symbol.asyncIterator]();
  await lines.next();
  const endAt = Date.now() + forMs;
  const tombstones: Tombstone[] = [];
  for (let round = 0; Date.now() < endAt; round++) {
    // Where the attacker does not look: this test would follow its links.
    plant(join(stand.base, "nursery"), DEPTH);
    renameSync(join(stand.base, "nursery"), join(stand.root.path, `w${round}`));
    const tombstone = await stand.plan(`w${round}`).catch(unlessRefused);
    if (!tombstone) continue;
    tombstones.push(tombstone);
    await moveToTrash(stand.root, tombstone).catch(unlessRefused);
    await deleteTrash(stand.root, tombstone).catch(unlessRefused);
  }
  attacker.stdin.end();
  const { value } = await lines.next();
  await once(attacker, "close");
  expect(Number(value)).toBeGreaterThan(100);
  expect(contentHash(victim)).toBe(before);
  for (const tombstone of tombstones) {
    if ((await whereIs(stand.root, tombstone)) === "trash") await deleteTrash(stand.root, tombstone);
    expect(await whereIs(stand.root, tombstone)).not.toBe("trash");
  }
  expect(contentHash(victim)).toBe(before);
  expect(tombstones.length).toBeGreaterThan(0);
}

function makeVictim(base: string): string {
  const victim = join(base, "victim");
  plant(victim, 2);
  writeFileSync(join(victim, "precious"), "alive");
  return victim;
}

function plant(path: string, depth: number): void {
  mkdirSync(path, { recursive: true });
  for (let index = 0; index < FILES; index++) writeFileSync(join(path, `f${index}`), "content");
  if (depth > 1) for (let index = 0; index < WIDTH; index++) plant(join(path, `d${index}`), depth - 1);
}

function unlessRefused(error: unknown): null {
  if (error instanceof OrbError) return null;
  throw error;
}
