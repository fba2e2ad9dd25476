import { readdirSync } from "node:fs";
import type { MountViews } from "./mount-views.ts";
import type { Notes } from "./notes.ts";
import { readProc } from "./proc-file.ts";
import type { HolderUse } from "./holder.ts";
import { unescaped } from "../tree/rules/mount-table.ts";
import { below } from "./rules/paths.ts";

const NOBODY = () => ({ process: null });

/** Notes the files that the kernel itself uses as a disk or as memory: no process has them open. */
export function noteKernelUsers(views: MountViews, notes: Notes): void {
  for (const name of loopDevices()) {
    const file = readProc(`/sys/block/${name}/loop/backing_file`).text?.replace(/\n$/, "");
    if (file !== undefined) noteFile(views, notes, { use: "loop_device", by: name, file });
  }
  // Without swap in the kernel the file is missing.
  const swaps = readProc("/proc/swaps").text?.split("\n").slice(1) ?? [];
  for (const line of swaps) {
    const file = unescaped(line.split(/\s/, 1)[0] ?? "");
    noteFile(views, notes, { use: "swap", by: file, file });
  }
}

/**
 * Notes the workspaces that this machine's NFS server exports: processes of other machines may use them, and nothing in /proc shows them.
 *
 * @param paths of the folders, in their order; `null` for one that is not there
 */
export function noteExports(notes: Notes, paths: readonly (string | null)[]): void {
  const lines = readProc("/proc/fs/nfsd/exports").text?.split("\n") ?? [];
  const exported = lines.flatMap((line) =>
    line.startsWith("/") ? [unescaped(line.split(/\s/, 1)[0] ?? "")] : [],
  );
  for (const [folder, path] of paths.entries()) {
    if (path === null) continue;
    const isExported = exported.some((one) => below(one, path) !== null || below(path, one) !== null);
    if (isExported) notes.doubt("exported", { folder });
  }
}

/** The path may be of any namespace: the kernel does not say of which. */
function noteFile(
  views: MountViews,
  notes: Notes,
  { use, by, file }: { readonly use: HolderUse; readonly by: string; readonly file: string },
): void {
  for (const view of views.all) {
    for (const found of view.index.find(file)) notes.use(found, use, by, NOBODY);
  }
}

function loopDevices(): readonly string[] {
  try {
    return readdirSync("/sys/block").filter((name) => name.startsWith("loop"));
  } catch {
    // Without /sys nobody can set up a loop device from here, and one of outside is out of reach.
    return [];
  }
}
