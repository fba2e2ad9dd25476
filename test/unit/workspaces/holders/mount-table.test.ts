import { describe, expect, test } from "../../../support/testing.ts";
import {
  deviceNumber,
  isAnonymous,
  isForeign,
  mayHang,
} from "../../../../src/workspaces/holders/rules/file-system-kinds.ts";
import {
  FolderIndex,
  foldersAround,
  groupFolders,
} from "../../../../src/workspaces/holders/rules/folder-index.ts";
import { type Mount, optionOf, parseMountTable } from "../../../../src/workspaces/tree/rules/mount-table.ts";
import { overlayLayers } from "../../../../src/workspaces/holders/rules/overlay-layers.ts";

const TABLE = String.raw`22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw,errors=remount-ro
23 22 0:21 / /proc rw,nosuid master:3 propagate_from:2 - proc proc rw,hidepid=invisible,gid=7
24 22 0:45 /@/agents /srv/two\040words\012line rw shared:2 - btrfs /dev/sdb rw,subvol=/@
25 22 8:1 /srv/gone//deleted /mnt/gone rw - ext4 /dev/sda1 rw
26 22 0:60 / /merged rw - overlay overlay rw,lowerdir=/a\134:b:/c::/data,upperdir=/with\040space,workdir=l/W
`;

function mount(more: Partial<Mount>): Mount {
  return {
    id: 2,
    parent: 1,
    device: "8:1",
    root: "/",
    point: "/",
    type: "ext4",
    source: "/dev/sda1",
    options: "rw",
    ...more,
  };
}

test("every field of a line is read, escapes and the mark of a removed source too", () => {
  const [root, proc, btrfs, gone] = parseMountTable(TABLE);
  expect(root).toEqual(mount({ id: 22, options: "rw,errors=remount-ro" }));
  expect(proc && optionOf(proc, "hidepid")).toBe("invisible");
  expect(proc && optionOf(proc, "subset")).toBeNull();
  expect(btrfs).toMatchObject({
    device: "0:45",
    root: "/@/agents",
    point: "/srv/two words\nline",
    type: "btrfs",
  });
  expect(gone).toMatchObject({ root: "/srv/gone" });
});

test("half a line is an error and not a shorter table", () => {
  expect(() => parseMountTable(TABLE.slice(0, -80))).toThrow("not understood");
});

test("the layers of an overlay are found in every way to write them; relative ones are left out", () => {
  const overlay = parseMountTable(TABLE).find(({ type }) => type === "overlay");
  expect(overlay && overlayLayers(overlay)).toEqual(["/a:b", "/c", "/data", "/with space"]);
  expect(
    overlayLayers(mount({ type: "overlay", options: "rw,lowerdir+=/a,lowerdir+=/b,datadir+=/d" })),
  ).toEqual(["/a", "/b", "/d"]);
  expect(overlayLayers(mount({ options: "upperdir=/a" }))).toEqual([]);
});

describe("where folders lie", () => {
  const groups = groupFolders([
    { device: "8:1", path: "/srv/agents/one" },
    { device: "8:1", path: "/srv/agents/team/two" },
    { device: "8:1", path: "/srv/agents/team" },
    null,
    { device: "0:45", path: "/@/agents/other" },
  ]);
  const numbers = (index: FolderIndex, path: string) =>
    index.find(path).map(({ number, inside }) => `${number}:${inside}`);

  test("a path inside is found, with every folder around it", () => {
    const index = FolderIndex.of([mount({})], groups);
    expect(numbers(index, "/srv/agents/one")).toEqual(["0:"]);
    expect(numbers(index, "/srv/agents/one/a/b")).toEqual(["0:a/b"]);
    expect(numbers(index, "/srv/agents/team/two/c")).toEqual(["2:two/c", "1:c"]);
    expect(numbers(index, "/srv/agents/team/three")).toEqual(["2:three"]);
  });

  test.each([
    "/srv/agents",
    "/srv/agents/one-more",
    "/srv/agents/on",
    "/srv/agentsone",
    "/",
    "/srv/other/one",
    "/srv/agents/two",
  ])("%s is in none of them", (path) => {
    expect(numbers(FolderIndex.of([mount({})], groups), path)).toEqual([]);
  });

  test.each([
    { root: "/", point: "/host", path: "/host/srv/agents/one/a", found: ["0:a"] },
    { root: "/srv/agents", point: "/w", path: "/w/one", found: ["0:"] },
    { root: "/srv/agents/team", point: "/t", path: "/t/two/a", found: ["2:two/a", "1:a"] },
    { root: "/srv/agents/one", point: "/workspace", path: "/workspace", found: ["0:"] },
    { root: "/srv/agents/one/src", point: "/src", path: "/src/a", found: ["0:src/a"] },
    { root: "/srv", point: "/", path: "/agents/one/a", found: ["0:a"] },
    { root: "/srv/other", point: "/other", path: "/other/agents/one", found: [] },
    { root: "/@", point: "/b", path: "/b/agents/other/x", found: ["4:x"], device: "0:45" },
  ])(
    "B10: in a container that mounts $root at $point, $path is $found",
    ({ found, path, device = "8:1", ...more }) => {
      expect(numbers(FolderIndex.of([mount({ ...more, device })], groups), path)).toEqual(found);
    },
  );

  test("points of a chrooted process's table are below its root", () => {
    const index = FolderIndex.of([mount({ root: "/srv/agents", point: "/w" })], groups, "/jail");
    expect(numbers(index, "/jail/w/one")).toEqual(["0:"]);
    expect(numbers(index, "/w/one")).toEqual([]);
  });

  test("a mount that shows a part of a folder brings it along, and one that shows all of them does not", () => {
    const shown = (root: string, device = "8:1") =>
      foldersAround({ path: root, device }, groups).map(({ number }) => number);
    expect(shown("/srv/agents/one")).toEqual([0]);
    expect(shown("/srv/agents/team/two/x")).toEqual([2, 1]);
    expect(shown("/srv/agents")).toEqual([]);
    expect(shown("/")).toEqual([]);
    expect(shown("/srv/agents/one", "8:2")).toEqual([]);
  });
});

test.each([
  { type: "ext4", foreign: false, hangs: false },
  { type: "btrfs", foreign: false, hangs: false },
  { type: "tmpfs", foreign: false, hangs: false },
  { type: "overlay", foreign: false, hangs: false },
  { type: "nfs4", foreign: true, hangs: true },
  { type: "cifs", foreign: true, hangs: true },
  { type: "9p", foreign: true, hangs: true },
  { type: "fuse.sshfs", foreign: true, hangs: true },
  { type: "virtiofs", foreign: true, hangs: true },
  { type: "something-new", foreign: true, hangs: false },
])("B11: on $type only leases decide: $foreign; it may not answer: $hangs", ({ type, foreign, hangs }) => {
  expect([isForeign(type), mayHang(type)]).toEqual([foreign, hangs]);
});

test.each([
  { device: "8:1", number: 0x801, anonymous: false },
  { device: "0:45", number: 45, anonymous: true },
  { device: "0:300", number: 0x10002c, anonymous: true },
  { device: "259:7", number: 0x10307, anonymous: false },
])("$device is the device number $number", ({ device, number, anonymous }) => {
  expect([deviceNumber(device), isAnonymous(deviceNumber(device))]).toEqual([number, anonymous]);
});

test("a process in a folder without mounts has an empty table, which is no error", () => {
  expect(parseMountTable("")).toEqual([]);
});
