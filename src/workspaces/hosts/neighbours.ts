import { LRUCache } from "lru-cache";
import { OrbError } from "../../errors.ts";
import { type Neighbour, readNeighbour } from "../keep/neighbours.ts";
import type { WorkspaceStore } from "../record/store.ts";
import type { StoredWorkspace } from "../record/workspace.ts";
import type { ThisHost } from "../this-host.ts";

const PAGE = 500;
/** Small entries: a path, and the places from which a workspace borrows objects. */
const REMEMBERED_MAX = 20_000;
/** A workspace that is used all the time is read again after so long. */
const REMEMBERED_MS = 5 * 60_000;

/** No folder is there, or none that the bot would ever remove or look into. */
const BORROWS_NOTHING: ReadonlySet<string> = new Set([
  "workspace_missing",
  "workspace_is_link",
  "outside_root",
]);

interface Deps {
  readonly thisHost: ThisHost;
  readonly workspaces: Pick<WorkspaceStore, "list">;
}

/**
 * Who borrows objects from whom on this host. A workspace that was read before is not read again for a while, as long as nobody
 * has worked in it: a thousand others are asked about at each look into one.
 */
export class Neighbours {
  readonly #deps: Deps;
  readonly #known = new LRUCache<string, Promise<readonly Neighbour[]>>({
    max: REMEMBERED_MAX,
    ttl: REMEMBERED_MS,
  });

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** All workspaces of this host but the one at `path`. */
  async of(path: string): Promise<readonly Neighbour[]> {
    const { thisHost, workspaces } = this.#deps;
    const names = new Set(thisHost.namesOf(path));
    const found: Neighbour[] = [];
    for (let after: string | null = null; ;) {
      const page: StoredWorkspace[] = await workspaces.list({ after, limit: PAGE, host: thisHost.name });
      for (const one of page) if (!names.has(one.path)) found.push(...(await this.#read(one)));
      const last = page.at(-1);
      if (!last || page.length < PAGE) return found;
      after = last._id;
    }
  }

  /** Lanes that ask at the same time wait for the same reading. */
  #read(workspace: StoredWorkspace): Promise<readonly Neighbour[]> {
    const { _id, generation, lastActiveAt } = workspace;
    const key = `${_id} ${generation} ${lastActiveAt.getTime()}`;
    const known = this.#known.get(key);
    if (known) return known;
    const reading = this.#readFolder(workspace, () => this.#known.delete(key));
    this.#known.set(key, reading);
    return reading;
  }

  /** @param forget called if the answer is no lasting one @returns none if its folder is gone: it borrows from nobody any more */
  async #readFolder({ path }: StoredWorkspace, forget: () => void): Promise<readonly Neighbour[]> {
    try {
      const root = await this.#deps.thisHost.open();
      await using folder = await root.openWorkspace(path);
      const neighbour = await readNeighbour(folder, path);
      if (neighbour.unreadable) forget();
      return [neighbour];
    } catch (error) {
      forget();
      if (!(error instanceof OrbError)) throw error;
      if (BORROWS_NOTHING.has(error.code)) return [];
      return [{ path, borrowsFrom: [], unreadable: true }];
    }
  }
}
