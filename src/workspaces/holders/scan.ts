import { readlinkSync } from "node:fs";
import { noteExports, noteKernelUsers } from "./kernel-users.ts";
import { MountViews } from "./mount-views.ts";
import { noteMounts } from "./mounted-folders.ts";
import { Notes } from "./notes.ts";
import { Places } from "./places.ts";
import { ProcessPass } from "./process-pass.ts";
import type { Holder } from "./holder.ts";
import { readProc } from "./proc-file.ts";
import { blindSpots, WHOLE_MACHINE } from "./rules/blind-spots.ts";
import { isForeign } from "./rules/file-system-kinds.ts";
import { groupFolders } from "./rules/folder-index.ts";
import { parseMountTable } from "../tree/rules/mount-table.ts";
import { isStillThere, type Sought, SoughtPlaces } from "./sought-places.ts";

export interface ScanOptions {
  readonly folders: readonly Sought[];
  /** Several threads can share a scan: this one looks at the processes whose number leaves `rest` when divided by `by`. */
  readonly share: { readonly rest: number; readonly by: number };
  readonly isAlone: boolean;
}

/** What one scan found. */
export interface ScanResult {
  /** For each folder, in their order. */
  readonly holders: readonly (readonly Holder[])[];
  /** Numbers of the folders on file systems that other machines may use too. */
  readonly foreign: readonly number[];
  readonly processes: number;
  readonly descriptors: number;
}

/**
 * Reads all of /proc once and finds who uses which of the folders. It blocks its thread, and may wait for ever for a process whose memory is
 * locked by a broken disk: run it in a thread of its own.
 *
 * @param at is told the number of each process before it is read
 */
export function scan({ folders, share, isAlone }: ScanOptions, at: (pid: number) => void): ScanResult {
  const mounts = parseMountTable(readOwn("/proc/self/mountinfo"));
  const notes = new Notes(folders.length);
  const sought = new SoughtPlaces(mounts);
  const places = folders.map((folder) => sought.placeOf(folder));
  const groups = groupFolders(places);
  const views = new MountViews(readlinkSync("/proc/self/ns/mnt"), mounts, groups);

  const status = readOwn("/proc/self/status");
  const capabilities = /^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? "";
  const sight = { pidNamespace: readlinkSync("/proc/self/ns/pid"), capabilities, mounts, isAlone };
  for (const cause of blindSpots(sight)) notes.doubt(cause, { folder: null });

  // What this process holds itself does not count. Its number may be another one in the namespace of this /proc.
  const self = Number(readlinkSync("/proc/self"));
  const pass = new ProcessPass({
    views,
    notes,
    places: new Places(views, folders, sought),
    self,
    isWholeMachine: sight.pidNamespace === WHOLE_MACHINE,
    at,
    isMine: (pid) => pid % share.by === share.rest,
  });
  pass.run();
  // What has no process is found by each thread alike.
  noteMounts(views, groups, notes);
  noteKernelUsers(views, notes);
  const shown = places.map((place) => place?.shownAt ?? null);
  noteExports(notes, shown);
  // If a folder was moved meanwhile, a part of what was read may be missing.
  for (const [folder, one] of folders.entries()) {
    if (!places[folder] || !isStillThere(one)) notes.doubt("moved", { folder });
  }
  const foreign = places.flatMap((place, folder) =>
    isForeign(sought.types.get(place?.device ?? "") ?? "") ? [folder] : [],
  );
  return {
    holders: folders.map((_folder, number) => notes.of(number)),
    foreign,
    processes: pass.processes,
    descriptors: pass.descriptors,
  };
}

/** @throws Error if this process can't read what is about itself */
function readOwn(path: string): string {
  const { text } = readProc(path);
  if (text === undefined) throw new Error(`${path} can't be read`);
  return text;
}
