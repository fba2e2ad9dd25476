import { parseMountTable } from "../../../../src/workspaces/tree/rules/mount-table.ts";
import { type MountFound, mountsOfTree } from "../../../../src/workspaces/removal/rules/mounts-of-tree.ts";
import { describe, expect, test } from "../../../support/testing.ts";

const HOST = [
  "22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw",
  "30 22 0:26 / /proc rw - proc proc rw",
  "40 22 8:1 / /data rw shared:9 - ext4 /dev/sda1 rw",
];
/** The tree is /data/root/w, which its file system calls /root/w. */
const TREE = { mountId: 40, path: "/data/root/w" };

describe("mounts on a tree and of a tree", () => {
  const rows: readonly [string, readonly string[], MountFound["kind"] | null][] = [
    ["none", [], null],
    ["a disk mounted inside", ["50 40 8:2 / /data/root/w/a rw - ext4 /dev/sdb rw"], "inside"],
    ["a disk mounted at the tree itself", ["50 40 8:2 / /data/root/w rw - ext4 /dev/sdb rw"], "inside"],
    [
      "a folder of the same file system mounted inside",
      ["50 40 8:1 /other /data/root/w/a rw - ext4 /dev/sda1 rw"],
      "inside",
    ],
    [
      "a name with a space and a line feed",
      [String.raw`50 40 8:2 / /data/root/w/a\040b\012c rw - ext4 /dev/sdb rw`],
      "inside",
    ],
    ["the tree mounted elsewhere", ["50 22 8:1 /root/w /mnt rw - ext4 /dev/sda1 rw"], "elsewhere"],
    ["a part of it mounted elsewhere", ["50 22 8:1 /root/w/a/b /mnt rw - ext4 /dev/sda1 rw"], "elsewhere"],
    ["a sibling with a longer name", ["50 40 8:2 / /data/root/w2 rw - ext4 /dev/sdb rw"], null],
    ["the same path of another file system", ["50 22 8:7 /root/w /mnt rw - ext4 /dev/sdc rw"], null],
    ["all of the file system mounted elsewhere", ["50 22 8:1 / /mnt rw - ext4 /dev/sda1 rw"], null],
  ];
  test.each(rows)("%s", (_, lines, kind) => {
    const found = mountsOfTree({ own: table([...HOST, ...lines]), others: [], ...TREE });
    expect(found?.map((each) => each.kind)).toEqual(kind === null ? [] : [kind]);
  });

  test("in a container that has only a folder around the tree, under another name (B10)", () => {
    const container = table([
      "70 60 0:99 / / rw - overlay overlay rw",
      "71 70 8:1 /root /work rw - ext4 /dev/sda1 rw",
      "72 71 0:50 / /work/w/cache rw - tmpfs tmpfs rw",
    ]);
    expect(mountsOfTree({ own: table(HOST), others: [container], ...TREE })).toEqual([
      { kind: "inside", point: "/work/w/cache", seenBy: "a process" },
    ]);
  });

  test("if the own table does not show the tree, there is no answer, which is not an empty one", () => {
    expect(mountsOfTree({ own: table(HOST.slice(0, 2)), others: [], ...TREE })).toBeNull();
    expect(mountsOfTree({ own: table(HOST), others: [], mountId: 40, path: "/elsewhere" })).toBeNull();
  });
});

function table(lines: readonly string[]) {
  return { seenBy: "a process", mounts: parseMountTable(`${lines.join("\n")}\n`) };
}
