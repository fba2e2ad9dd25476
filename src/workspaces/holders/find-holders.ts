import type { BlindCause, Holder } from "./holder.ts";
import { ScanThreads } from "./scan-threads.ts";

/** A workspace, or what is left of it in the trash. */
export interface Folder {
  readonly dev: bigint;
  readonly ino: bigint;
  /** Absolute, where it lies now. */
  readonly path: string;
}

export interface FindOptions {
  /**
   * `true` if nobody outside of the bot's container can reach the workspaces, so that not to see the processes outside does no harm. It has
   * no effect outside of containers.
   */
  readonly isAlone?: boolean;
  /** Is told why a scan failed. All folders count as in use then. */
  readonly onFailure?: (error: unknown) => void;
}

/** Who uses which folder, as one scan saw it. */
export interface FoundHolders {
  /** By the path of each folder that was asked about. An empty list: nobody on this machine uses it. */
  readonly byFolder: ReadonlyMap<string, readonly Holder[]>;
  /**
   * Paths of folders on file systems that other machines may use too, such as nfs: their processes can't be seen, so an empty list says
   * nothing there, and only leases decide. `findLeftByServer` finds traces of them.
   */
  readonly onlyLeases: ReadonlySet<string>;
  /** How many processes and descriptors were looked at. */
  readonly processes: number;
  readonly descriptors: number;
}

const { platform } = process;

/** Finds who uses workspaces. One object serves the whole process: its threads are kept between scans. */
export class HolderFinder implements AsyncDisposable {
  readonly #threads: ScanThreads;

  constructor(threads: ScanThreads = new ScanThreads()) {
    this.#threads = threads;
  }

  /**
   * Reads all of /proc once for all folders. Never throws: what can't be told counts as a holder. The event loop is free meanwhile.
   *
   * It sees descriptors, folders, programs, mapped files and sockets of live processes, mounts of all mount namespaces, loop devices and swap.
   * It can't see descriptors on their way through a socket (SCM_RIGHTS), or that only an io_uring holds: a lease protects those.
   */
  async find(
    folders: readonly Folder[],
    { isAlone = false, onFailure }: FindOptions = {},
  ): Promise<FoundHolders> {
    if (platform !== "linux") return allInDoubt(folders, "no_proc");
    if (folders.length === 0) return allInDoubt(folders, "scan_failed");
    const sought = folders.map(({ dev, ino, path }) => ({ dev, ino, path: latin1(path) }));
    try {
      const { holders, foreign, processes, descriptors } = await this.#threads.scan({
        folders: sought,
        isAlone,
      });
      return {
        byFolder: new Map(folders.map(({ path }, number) => [path, holders[number] ?? []])),
        onlyLeases: new Set(foreign.flatMap((number) => folders[number]?.path ?? [])),
        processes,
        descriptors,
      };
    } catch (error) {
      onFailure?.(error);
      return allInDoubt(folders, "scan_failed");
    }
  }

  async close(): Promise<void> {
    await this.#threads.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

function allInDoubt(folders: readonly Folder[], cause: BlindCause): FoundHolders {
  const holders: readonly Holder[] = [{ kind: "unknown", cause, process: null, count: 1 }];
  return {
    byFolder: new Map(folders.map(({ path }) => [path, holders])),
    onlyLeases: new Set(),
    processes: 0,
    descriptors: 0,
  };
}

/** Every byte as a character, as paths of /proc are read. */
function latin1(path: string): string {
  return Buffer.from(path, "utf8").toString("latin1");
}
