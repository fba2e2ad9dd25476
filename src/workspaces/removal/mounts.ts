import { open, readdir, readFile, readlink } from "node:fs/promises";
import { isSystemError } from "../tree/failure.ts";
import { parseMountTable } from "../tree/rules/mount-table.ts";
import type { MountTable } from "./rules/mounts-of-tree.ts";

/** Of one table. A host with ten thousand mounts needs two megabytes. */
const TABLE_BYTES_MAX = 8 * 1024 * 1024;
/** Processes that are asked at once. */
const AT_ONCE = 32;
const PID = /^\d+$/;
/** The process ended meanwhile, or is ending: it has no mounts. */
const ENDED = new Set(["ENOENT", "ESRCH", "EINVAL"]);

/** The tables of mounts on this host. */
export interface MountTables {
  readonly own: MountTable;
  /** One of each other mount namespace that has a process. */
  readonly others: readonly MountTable[];
  /** Processes, at least, that do not let this one see their mounts. What they have mounted is unknown. */
  readonly unseen: number;
}

/** Reads the mounts of all mount namespaces. Own mounts do not show those of containers. */
export async function readMountTables(): Promise<MountTables> {
  const own = await readTable("self");
  const seen = new Set([await namespaceOf("self")]);
  const texts = new Set([own]);
  const others: MountTable[] = [];
  const processes = (await readdir("/proc")).filter((name) => PID.test(name));
  // Every namespace of processes has a first one. If it is hidden, so are others: the option hidepid of /proc.
  let unseen = processes.includes("1") ? 0 : 1;
  for (let at = 0; at < processes.length; at += AT_ONCE) {
    const batch = processes.slice(at, at + AT_ONCE);
    const namespaces = await Promise.all(
      batch.map(async (pid) => ({ pid, namespace: await namespaceOf(pid) })),
    );
    for (const { pid, namespace } of namespaces) {
      if (namespace !== null && seen.has(namespace)) continue;
      const table = await readTable(pid).catch((error: unknown) => {
        if (isSystemError(error)) return ENDED.has(error.code) ? null : "refused";
        throw error;
      });
      if (table === "refused") unseen += 1;
      if (table === null || table === "refused") continue;
      if (namespace !== null) seen.add(namespace);
      // Without the right to see the namespace, the same text is the same namespace: the ids in it are unique on this host.
      if (texts.has(table)) continue;
      texts.add(table);
      others.push({ seenBy: await nameOf(pid), mounts: parseMountTable(table) });
    }
  }
  return { own: { seenBy: "this process", mounts: parseMountTable(own) }, others, unseen };
}

/** The namespace, and the root of the process in it: one in a chroot sees a part only. `null` if that is not shown. */
async function namespaceOf(pid: string): Promise<string | null> {
  return await Promise.all([readlink(`/proc/${pid}/ns/mnt`), readlink(`/proc/${pid}/root`)]).then(
    (links) => links.join(" "),
    (error: unknown) => {
      if (isSystemError(error)) return null;
      throw error;
    },
  );
}

/** As latin1: each character is a byte, so names that are not UTF-8 stay what they are. */
async function readTable(pid: string): Promise<string> {
  await using file = await open(`/proc/${pid}/mountinfo`);
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of file.createReadStream({ autoClose: false })) {
    parts.push(part as Buffer);
    size += (part as Buffer).length;
    if (size > TABLE_BYTES_MAX) throw new Error(`The table of mounts of process ${pid} is too large`);
  }
  return Buffer.concat(parts).toString("latin1");
}

async function nameOf(pid: string): Promise<string> {
  const name = await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "unknown");
  return `process ${pid} (${name.trim()})`;
}
