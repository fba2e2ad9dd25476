import type { OpenFolder } from "../tree/open-folder.ts";
import type { Holder } from "./holder.ts";
import { shownPath } from "./notes.ts";

/** A name that an NFS client gives to a file that was removed while one of its processes has it open: `fs/nfs/unlink.c` of the kernel. */
const LEFT_BY_SERVER = /^\.(?:nfs|fuse_hidden)[0-9a-f]{8,}$/i;
/** Reading names over a network is slow; a workspace with more files is in doubt. */
const ENTRIES_MAX = 200_000;
const DEPTH_MAX = 200;

interface Search {
  readonly found: string[];
  left: number;
}

/**
 * Finds what a network file system keeps because a process on some machine has it open: files of which only a name such as
 * `.nfs0000000000abcd00000001` is left. Only for workspaces on such file systems: elsewhere this is a name like any other.
 *
 * @param entriesMax how many names are read
 * @throws OrbError `workspace_unreadable`
 */
export async function findLeftByServer(
  folder: OpenFolder,
  { entriesMax = ENTRIES_MAX, signal }: { readonly entriesMax?: number; readonly signal?: AbortSignal } = {},
): Promise<readonly Holder[]> {
  const search: Search = { found: [], left: entriesMax };
  const isWhole = await searchFolder(folder, { around: "", depth: 0, search, signal });
  const [first] = search.found;
  const holders: Holder[] = [];
  if (first !== undefined) {
    const count = search.found.length;
    const path = shownPath(first);
    holders.push({
      kind: "known",
      use: "left_by_server",
      process: null,
      path,
      isRemoved: true,
      locks: [],
      count,
    });
  }
  if (!isWhole) holders.push({ kind: "unknown", cause: "too_many_files", process: null, count: 1 });
  return holders;
}

/** @returns whether all of it was read */
async function searchFolder(
  folder: OpenFolder,
  {
    around,
    depth,
    search,
    signal,
  }: {
    readonly around: string;
    readonly depth: number;
    readonly search: Search;
    readonly signal: AbortSignal | undefined;
  },
): Promise<boolean> {
  if (depth > DEPTH_MAX) return false;
  for await (const entry of folder.entries()) {
    signal?.throwIfAborted();
    if (search.left-- <= 0) return false;
    const path = around + entry.name.toString("latin1");
    if (LEFT_BY_SERVER.test(entry.name.toString("latin1"))) search.found.push(path);
    if (!entry.isDirectory()) continue;
    await using inner = await folder.openFolder(entry.name);
    // Something else is mounted there, which has its own files.
    if (inner.mountId !== folder.mountId) continue;
    const isWhole = await searchFolder(inner, { around: `${path}/`, depth: depth + 1, search, signal });
    if (!isWhole) return false;
  }
  return true;
}
