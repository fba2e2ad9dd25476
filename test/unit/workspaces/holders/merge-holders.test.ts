import { expect, test } from "../../../support/testing.ts";
import type { Holder } from "../../../../src/workspaces/holders/holder.ts";
import { isStacked, mapsDevice } from "../../../../src/workspaces/holders/rules/file-system-kinds.ts";
import { mergeHolders } from "../../../../src/workspaces/holders/rules/merge-holders.ts";

const process = (pid: number) => ({ identity: null, pid, command: "node", userId: 0 });
const open = (pid: number): Holder => ({
  kind: "known",
  use: "open",
  process: process(pid),
  path: "a",
  isRemoved: false,
  locks: [],
  count: 1,
});
const mount: Holder = { ...open(0), kind: "known", use: "mount_inside", process: null } as Holder;
const unreadable = (pid: number): Holder => ({
  kind: "unknown",
  cause: "unreadable_process",
  process: process(pid),
  count: 2,
});
const hidden: Holder = { kind: "unknown", cause: "hidden_processes", process: null, count: 1 };

test("what several threads found is one list: processes are added up, and what all of them found is there once", () => {
  expect(
    mergeHolders([[open(1), mount, unreadable(5), hidden], [open(2), mount, unreadable(6), hidden], []]),
  ).toEqual([open(1), mount, open(2), { ...unreadable(5), count: 4 }, hidden]);
  expect(mergeHolders([[], []])).toEqual([]);
});

test("a table of mapped files is passed over only where its device numbers can be relied on", () => {
  expect(["8:1", "0:45", "259:300"].map(mapsDevice)).toEqual(["08:01", "00:2d", "103:12c"]);
  expect(["ext4", "btrfs", "tmpfs", "overlay", "fuse.mergerfs", "unheard-of"].map(isStacked)).toEqual([
    false,
    false,
    false,
    true,
    true,
    true,
  ]);
});
