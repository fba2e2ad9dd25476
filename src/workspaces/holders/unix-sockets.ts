import type { MountView } from "./mount-views.ts";
import type { Places } from "./places.ts";
import { couldHang } from "./mount-views.ts";
import { bytesOf, readProc } from "./proc-file.ts";
import type { Found } from "./rules/folder-index.ts";
import { boundSockets } from "./rules/bound-sockets.ts";
import { join, parentOf } from "./rules/paths.ts";

const NOTHING: readonly Found[] = [];

/** The unix sockets that are bound to a path, of all network namespaces. */
export class BoundSockets {
  /** From `socket:[123]` to the path as the process wrote it. */
  readonly #paths = new Map<string, string>();
  readonly #namespaces = new Set<string>();
  readonly #folders = new Map<string, readonly Found[]>();
  readonly #places: Places;

  constructor(places: Places) {
    this.#places = places;
  }

  /** @param dir of a process in this namespace. Each namespace is read once */
  load(namespace: string, dir: string): void {
    if (this.#namespaces.has(namespace)) return;
    const table = readProc(`${dir}/net/unix`).text;
    if (table === undefined) return;
    this.#namespaces.add(namespace);
    for (const { inode, path } of boundSockets(table)) this.#paths.set(`socket:[${inode}]`, path);
  }

  /**
   * @param socket as a descriptor shows it
   * @param cwd of its process: a path may be relative to the one that it had when it bound the socket
   */
  find(socket: string, cwd: string | null, view: MountView): readonly Found[] {
    const path = this.#paths.get(socket);
    if (path === undefined) return NOTHING;
    const absolute = path.startsWith("/") ? path : cwd && join(cwd, path);
    if (absolute === null || absolute === "") return NOTHING;
    const found = view.index.find(absolute);
    return found.length > 0 ? found : this.#byFolder(parentOf(absolute), view);
  }

  /** There may be links in the path, because it is as the process wrote it. */
  #byFolder(folder: string, view: MountView): readonly Found[] {
    const key = `${view.entrance} ${folder}`;
    const known = this.#folders.get(key);
    if (known) return known;
    const link = bytesOf(view.entrance + folder);
    // If the folder was removed, or is not to be entered, the socket has no file in a workspace either.
    const found = couldHang(view, folder) ? NOTHING : this.#places.climb(link).found;
    this.#folders.set(key, found);
    return found;
  }
}
