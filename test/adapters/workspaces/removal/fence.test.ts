import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { lowerFence, raiseFence } from "../../../../src/workspaces/removal/fence.ts";
import { moveToTrash, putBack } from "../../../../src/workspaces/removal/move-to-trash.ts";
import { describe, expect, test } from "../../../support/testing.ts";
import { contentHash } from "./content-hash.ts";
import { setUpStand, type Stand } from "./stand.ts";

const NOTE = "This workspace was removed by Orb bot on 2026-11-29: its pull request is merged.";
const WORDS = /This workspace was removed by Orb bot on 2026-11-29/;

describe("a fence stands where a workspace was (B13)", () => {
  test.each([
    ["git status", ["git", "status"]],
    ["git commit", ["git", "commit", "--allow-empty", "-m", "lost"]],
    ["make test", ["make", "test"]],
  ])("%s fails there with the note, and nothing runs in the repository above", async (_, command) => {
    await using stand = await setUpStand();
    const path = await fenced(stand);
    const before = contentHash(stand.root.path);
    const { status, stderr } = run(path, command);
    expect(status).not.toBe(0);
    expect(stderr).toMatch(WORDS);
    expect(contentHash(stand.root.path)).toBe(before);
  });

  test("npm test fails there; the control: without the fence it runs the tests of the repository above", async () => {
    await using stand = await setUpStand();
    const path = await fenced(stand);
    const npm = [process.execPath, npmPath(), "test"];
    expect(run(path, npm).status).not.toBe(0);
    expect(existsSync(join(stand.root.path, "ran"))).toBe(false);
    rmSync(path, { recursive: true });
    mkdirSync(path);
    expect(run(path, npm).status).toBe(0);
    expect(existsSync(join(stand.root.path, "ran"))).toBe(true);
  });

  test("the control: without the fence git answers for the repository above", async () => {
    await using stand = await setUpStand();
    const path = await fenced(stand);
    rmSync(path, { recursive: true });
    mkdirSync(path);
    expect(run(path, ["git", "rev-parse", "--show-toplevel"]).stdout.trim()).toBe(stand.root.path);
  });

  test("it is raised and lowered as often as one likes, and leaves nothing", async () => {
    await using stand = await setUpStand();
    const tombstone = await removed(stand);
    for (let tries = 0; tries < 2; tries++)
      expect(await raiseFence(stand.root, tombstone, { note: NOTE })).toBe("up");
    for (let tries = 0; tries < 2; tries++) expect(await lowerFence(stand.root, tombstone)).toBe("lowered");
    expect(existsSync(join(stand.root.path, "w"))).toBe(false);
    expect(readdirSync(join(stand.root.path, ".orb/fences"))).toEqual([]);
    await putBack(stand.root, tombstone);
    expect(existsSync(join(stand.root.path, "w"))).toBe(true);
  });

  test("it is not raised over something new, and something new is not taken for it", async () => {
    await using stand = await setUpStand();
    const tombstone = await removed(stand);
    stand.make("w");
    expect(await raiseFence(stand.root, tombstone, { note: NOTE })).toBe("taken");
    expect(await lowerFence(stand.root, tombstone)).toBe("other");
    expect(readdirSync(join(stand.root.path, "w"))).toEqual([]);
  });

  test("it is not lowered if somebody has put work into it, and nor is the fence of another workspace", async () => {
    await using stand = await setUpStand();
    const tombstone = await removed(stand);
    await raiseFence(stand.root, tombstone, { note: NOTE });
    writeFileSync(join(stand.root.path, "w", "work"), "of an agent that is root");
    expect(await lowerFence(stand.root, tombstone)).toBe("in use");
    expect(readdirSync(join(stand.root.path, "w"))).toContain("work");
    rmSync(join(stand.root.path, "w", "work"));
    rmSync(join(stand.root.path, "w", "package.json"));
    writeFileSync(join(stand.root.path, "w", "package.json"), "{}");
    expect(await lowerFence(stand.root, tombstone)).toBe("in use");
    expect(readdirSync(join(stand.root.path, "w"))).toContain("package.json");
    expect(await lowerFence(stand.root, { ...tombstone, trashName: "t-another-one" })).toBe("other");
  });

  test("one that a crash left half built is built from scratch", async () => {
    await using stand = await setUpStand();
    const tombstone = await removed(stand);
    await raiseFence(stand.root, tombstone, { note: NOTE });
    const fences = join(stand.root.path, ".orb/fences");
    renameSync(join(stand.root.path, "w"), join(fences, tombstone.trashName));
    rmSync(join(fences, tombstone.trashName, "package.json"));
    expect(await raiseFence(stand.root, tombstone, { note: NOTE })).toBe("up");
    expect(readdirSync(join(stand.root.path, "w"))).toContain("package.json");
  });
});

async function removed(stand: Stand) {
  stand.make("w");
  const tombstone = await stand.plan("w");
  await moveToTrash(stand.root, tombstone);
  return tombstone;
}

/** A fence below a repository that has tests. @returns its path */
async function fenced(stand: Stand): Promise<string> {
  execFileSync("git", ["init", "-q", stand.root.path]);
  const manifest = { name: "above", scripts: { test: `touch ${join(stand.root.path, "ran")}` } };
  writeFileSync(join(stand.root.path, "package.json"), JSON.stringify(manifest));
  await raiseFence(stand.root, await removed(stand), { note: NOTE });
  return join(stand.root.path, "w");
}

function run(cwd: string, [command = "", ...args]: readonly string[]) {
  return spawnSync(command, args, { cwd, encoding: "utf8", env: { PATH: process.env["PATH"], HOME: cwd } });
}

function npmPath(): string {
  return execFileSync("sh", ["-c", 'readlink -f "$(command -v npm)"'], { encoding: "utf8" }).trim();
}
