import { type Answer, readProc } from "./proc-file.ts";
import { mayHang } from "./rules/file-system-kinds.ts";
import { FolderIndex, type FolderGroup } from "./rules/folder-index.ts";
import { type Mount, parseMountTable } from "../tree/rules/mount-table.ts";
import { below, join } from "./rules/paths.ts";

/** What the processes of one mount namespace see. */
export interface MountView {
  readonly mounts: readonly Mount[];
  /** The path of the root folder of the process whose table this is; points of mounts are below it. */
  readonly root: string;
  readonly index: FolderIndex;
  /** By which this process reaches a path of theirs: `""` in its own namespace, else `/proc/PID/root`. */
  readonly entrance: string;
  /** Points of mounts whose server may not answer. Nothing below them is looked at. */
  readonly hanging: readonly string[];
  /** Paths that were found to say the truth, and to lie in no folder. */
  readonly harmless: Set<string>;
  /** Folders in which an open file was found whose path says the truth. Other open files in them are not looked at. */
  readonly harmlessFolders: Set<string>;
}

/** A mount, and in whose view it is. */
export interface Mounted {
  readonly mount: Mount;
  readonly view: MountView;
}

/** The mount tables of all namespaces in which a process was seen. */
export class MountViews {
  readonly own: MountView;
  readonly groups: readonly FolderGroup[];
  readonly #byNamespace = new Map<string, MountView>();
  readonly #byId = new Map<number, Mounted>();

  constructor(ownNamespace: string, own: readonly Mount[], groups: readonly FolderGroup[]) {
    this.groups = groups;
    this.own = this.#add(ownNamespace, { mounts: own, root: "/", entrance: "" });
  }

  get all(): Iterable<MountView> {
    return this.#byNamespace.values();
  }

  get(namespace: string): MountView | undefined {
    return this.#byNamespace.get(namespace);
  }

  /** Every mount of every namespace, once. */
  get mounts(): Iterable<Mounted> {
    return this.#byId.values();
  }

  /** `undefined` for a mount that is in no table: it was detached. */
  withId(id: number): Mounted | undefined {
    return this.#byId.get(id);
  }

  /**
   * Takes in the table of a process.
   *
   * @param dir of the process: `/proc/PID`
   * @param root the path of its root folder, from the first mount of its namespace
   */
  load(namespace: string, dir: string, root: string): Answer {
    const answer = readProc(`${dir}/mountinfo`);
    if (answer.text !== undefined) {
      this.#add(namespace, { mounts: parseMountTable(answer.text), root, entrance: `${dir}/root` });
    }
    return answer;
  }

  #add(
    namespace: string,
    { mounts, root, entrance }: { mounts: readonly Mount[]; root: string; entrance: string },
  ): MountView {
    const view: MountView = {
      mounts,
      root,
      index: FolderIndex.of(mounts, this.groups, root),
      entrance,
      hanging: mounts.flatMap(({ type, point }) => (mayHang(type) ? [join(root, point.slice(1))] : [])),
      harmless: new Set(),
      harmlessFolders: new Set(),
    };
    this.#byNamespace.set(namespace, view);
    for (const mount of mounts) if (!this.#byId.has(mount.id)) this.#byId.set(mount.id, { mount, view });
    return view;
  }
}

/** Whether looking at this path could take for ever. */
export function couldHang({ hanging }: MountView, path: string): boolean {
  return hanging.some((point) => below(point, path) !== null);
}
