import { describe, expect, test } from "../../../support/testing.ts";
import { OrbError } from "../../../../src/errors.ts";
import { namesOf, rootNames, whyOutside } from "../../../../src/workspaces/record/rules/root-names.ts";
import {
  foldersAbove,
  liesIn,
  PATH_BYTES_MAX,
  workspacePath,
} from "../../../../src/workspaces/record/rules/workspace-path.ts";
import { workspaceId } from "../../../../src/workspaces/record/workspace-id.ts";

describe("the path of a workspace", () => {
  test.each([
    ["/w/p-1", "/w/p-1"],
    ["/w/p-1/", "/w/p-1"],
    ["//w///p-1//.", "/w/p-1"],
    ["/w/./p-1", "/w/p-1"],
    ["/w/..p", "/w/..p"],
    ["/w/-rf\n", "/w/-rf\n"],
    ["/w/é 漢", "/w/é 漢"],
  ])("%j is %j", (given, path) => {
    expect(workspacePath(given)).toBe(path);
  });

  test.each([
    ["", "is not absolute"],
    ["w/p-1", "is not absolute"],
    ["~/p-1", "is not absolute"],
    ["/", "is the root of the file system"],
    ["//.//", "is the root of the file system"],
    ["/w/..", 'contains ".."'],
    ["/w/../etc", 'contains ".."'],
    ["/w/p\0/../etc", "contains a NUL character"],
    ["/w/p\0", "contains a NUL character"],
    ["/w/\ud800", "is not valid Unicode"],
  ])("%j is refused: it %s", (given, why) => {
    const refused = () => workspacePath(given);
    expect(refused).toThrow(OrbError);
    expect(refused).toThrow(why);
  });

  test("it has at most as many bytes as the kernel takes", () => {
    // 4 095 bytes: 273 names of fourteen, each with its slash.
    const longest = `/${"x".repeat(14)}`.repeat(PATH_BYTES_MAX / 15);
    expect(workspacePath(longest)).toBe(longest);
    expect(() => workspacePath(`${longest}x`)).toThrow(`longer than ${PATH_BYTES_MAX} bytes`);
    expect(() => workspacePath(longest.replaceAll("x", "é"))).toThrow("longer than");
  });

  test("each name in it has at most as many bytes as a file system takes", () => {
    expect(workspacePath(`/w/${"x".repeat(255)}`)).toContain("x");
    for (const name of ["x".repeat(256), "é".repeat(128)]) {
      expect(() => workspacePath(`/w/${name}/below`)).toThrow("more than 255 bytes");
    }
  });

  test("a folder lies in those above it, and not in one whose name it begins with", () => {
    expect(foldersAbove("/w/a/b")).toEqual(["/w", "/w/a"]);
    expect(foldersAbove("/w")).toEqual([]);
    expect(liesIn("/w/a/b", "/w/a")).toBe(true);
    expect(liesIn("/w/ab", "/w/a")).toBe(false);
    expect(liesIn("/w/a", "/w/a")).toBe(false);
  });

  test("host and path are not run together in an id", () => {
    const ids = [
      { host: "h", path: "/a" },
      { host: "h/a", path: "" },
      { host: 'h","', path: "/a" },
      { host: "h", path: '","/a' },
    ].map(workspaceId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$/);
  });
});

describe("the names of a root", () => {
  test("a root that is a link has two, and a folder below it has both (C1)", () => {
    const roots = rootNames("/w/", "/data/w");
    expect(roots).toEqual(["/w", "/data/w"]);
    expect(namesOf("/w/a/b", roots)).toEqual(["/w/a/b", "/data/w/a/b"]);
    expect(namesOf("/data/w/a", roots)).toEqual(["/data/w/a", "/w/a"]);
  });

  test("a folder outside has its own name alone, also if its path begins like the root", () => {
    const roots = rootNames("/w", "/data/w");
    expect(namesOf("/else/a", roots)).toEqual(["/else/a"]);
    expect(namesOf("/ww/a", roots)).toEqual(["/ww/a"]);
    expect(namesOf("/w/a", [])).toEqual(["/w/a"]);
  });
});

describe("what the bot never opens", () => {
  const roots = ["/srv/w", "/mnt/disk/w"];

  test.each([
    ["/srv/w/p-1", false],
    ["/mnt/disk/w/team/p-1", false],
    ["/srv/w/.orbit", false],
    ["/etc", true],
    ["/srv/w", true],
    ["/srv/w-2/p-1", true],
    ["/srv/w/.orb", true],
    ["/mnt/disk/w/.orb/trash/x", true],
  ])("%s: %s", (path, isOutside) => {
    expect(whyOutside({ host: "h-1", path }, roots)?.code === "outside_root").toBe(isOutside);
  });

  test("the reason names the path and the root, and the remedy both ways to fix it", () => {
    const outside = whyOutside({ host: "h-1", path: "/etc" }, roots);
    expect(outside?.reason).toMatch(/"\/etc" is not below "\/srv\/w".*h-1/);
    expect(outside?.remedy).toMatch(/"\/srv\/w\/p-1".*WORKSPACE_ROOT/);
  });
});
