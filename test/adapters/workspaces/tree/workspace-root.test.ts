import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { WorkspaceRoot } from "../../../../src/workspaces/tree/workspace-root.ts";
import { ROOT as PROJECT } from "../../../support/repository-files.ts";
import { afterEach, beforeEach, describe, expect, test } from "../../../support/testing.ts";

let base: string;
beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), "orb-root-")));
  mkdirSync(join(base, "root/group/w"), { recursive: true });
});
afterEach(() => rmSync(base, { recursive: true }));

describe("a workspace is opened below the root", () => {
  test("by its full path; its identity is that of the folder, and names are bytes", async () => {
    await using root = await WorkspaceRoot.open(join(base, "root"));
    const name = Buffer.from([0x77, 0xff, 0xfe]);
    mkdirSync(Buffer.concat([Buffer.from(`${base}/root/`), name]));
    await using folder = await root.openWorkspace(Buffer.concat([Buffer.from(`${base}/root/`), name]));
    writeFileSync(folder.at(Buffer.from([0xfe])), "content");
    const found: Buffer[] = [];
    for await (const entry of folder.entries()) found.push(entry.name);
    expect(found).toEqual([Buffer.from([0xfe])]);
    expect(folder.mountId).toBe(root.folder.mountId);
    expect((await folder.currentPath()).subarray(-3)).toEqual(name);
  });

  test("a root that is a link itself is followed once; paths through the link and real paths both count (C1)", async () => {
    symlinkSync(join(base, "root"), join(base, "link"));
    await using root = await WorkspaceRoot.open(join(base, "link"));
    expect(root.path).toBe(join(base, "root"));
    for (const path of ["link/group/w", "root/group/w", "link//group/./w/"]) {
      await using folder = await root.openWorkspace(join(base, path));
      expect(folder.ino).toBeGreaterThan(0n);
    }
    // From now on the link leads elsewhere, and the root stays what it was.
    rmSync(join(base, "link"));
    mkdirSync(join(base, "elsewhere/only-there"), { recursive: true });
    symlinkSync(join(base, "elsewhere"), join(base, "link"));
    await expect(root.openWorkspace(join(base, "link/only-there"))).rejects.toMatchObject({
      code: "workspace_missing",
    });
  });

  test("no link below the root is followed, at any level, even to a sibling (C1)", async () => {
    symlinkSync(join(base, "root/group"), join(base, "root/alias"));
    symlinkSync(join(base, "root/group/w"), join(base, "root/sibling"));
    symlinkSync("/etc", join(base, "root/etc"));
    execFileSync("mkfifo", [join(base, "root/fifo")]);
    await using root = await WorkspaceRoot.open(join(base, "root"));
    for (const path of ["alias/w", "sibling", "etc", "etc/ssl", "fifo"])
      await expect(root.openWorkspace(join(base, "root", path))).rejects.toMatchObject({
        code: "workspace_is_link",
      });
  });

  test.each([
    ["the root itself", ""],
    ["a path with ..", "/group/../../outside"],
    ["the bot's own folder", "/.orb/trash"],
    ["a path with a zero byte", "/group/w\0"],
  ])("%s is refused", async (_, below) => {
    await using root = await WorkspaceRoot.open(join(base, "root"));
    await expect(root.openWorkspace(`${base}/root${below}`)).rejects.toMatchObject({ code: "outside_root" });
  });

  test("and so is any path elsewhere", async () => {
    await using root = await WorkspaceRoot.open(join(base, "root"));
    for (const path of ["/etc", "group/w", "", `${base}/root-other/w`, base])
      await expect(root.openWorkspace(path)).rejects.toMatchObject({ code: "outside_root" });
    await expect(root.openWorkspace(join(base, "root/none"))).rejects.toMatchObject({
      code: "workspace_missing",
    });
    expect(() => root.folder.at("../outside")).toThrow(expect.objectContaining({ code: "outside_root" }));
  });
});

describe("a root that is none is refused at the start (C17)", () => {
  test.each(["/", PROJECT, join(PROJECT, ".."), homedir(), "/etc"])("%s", async (path) => {
    await expect(WorkspaceRoot.open(path)).rejects.toMatchObject({ code: "root_refused" });
  });

  test("one that contains the archive or MongoDB's data, also through a link and before these exist", async () => {
    symlinkSync(join(base, "root"), join(base, "link"));
    const other = (path: string) => [{ what: "the archive", path, alsoBelow: true }];
    for (const path of [
      join(base, "link/archive"),
      join(base, "root/not/there/yet"),
      join(base, "root"),
      base,
    ])
      await expect(WorkspaceRoot.open(join(base, "root"), { others: other(path) })).rejects.toMatchObject({
        code: "root_refused",
      });
    await using root = await WorkspaceRoot.open(join(base, "root"), { others: other(join(base, "archive")) });
    expect(root.path).toBe(join(base, "root"));
  });

  test.each(["relative/path", "/nowhere/at/all"])("%s", async (path) => {
    await expect(WorkspaceRoot.open(path)).rejects.toMatchObject({ code: "root_missing" });
  });
});
