import { randomBytes } from "node:crypto";
import { stat, utimes } from "node:fs/promises";
import { OrbError } from "../../errors.ts";
import type { Database } from "../../mongo/database.ts";
import type { Lease, LeasedWork } from "../../mongo/queue/leased-work.ts";
import type { WorkspaceTelemetry } from "../../telemetry/workspaces.ts";
import type { Worker } from "../../work/worker.ts";
import type { Checkpoint } from "../cleanups/run-cleanup.ts";
import type { CleanupStore } from "../cleanups/store.ts";
import { openBelow } from "../git/open-below.ts";
import type { HolderFinder } from "../holders/find-holders.ts";
import { findRebuildable } from "../keep/find-rebuildable.ts";
import { withoutLease } from "../record/rules/leases.ts";
import type { WorkspaceStore } from "../record/store.ts";
import type { StoredWorkspace } from "../record/workspace.ts";
import { changedSince, measureFolder } from "../registry/measure-folder.ts";
import { deleteTrash } from "../removal/delete-trash.ts";
import { fullPath, moveToTrash, putBack, whereIs } from "../removal/move-to-trash.ts";
import { planRemoval } from "../removal/plan-removal.ts";
import type { TreeThreads } from "../removal/walk/tree-threads.ts";
import { whatBlocks } from "../removal/what-blocks.ts";
import { descriptorPath } from "../tree/descriptor-path.ts";
import { joinBytes } from "../tree/join-bytes.ts";
import type { OpenFolder } from "../tree/open-folder.ts";
import type { WorkspaceRoot } from "../tree/workspace-root.ts";
import { askForClearing, CLEARING_LEASE, mayStillClear } from "./clearing-leases.ts";
import type { Clearing, StoredHost } from "../record/host-store.ts";
import { openTrashed } from "./open-trashed.ts";
import { IDLE_MS } from "./rules/relief-facts.ts";
import type { ThisHost } from "../this-host.ts";

/** Folders of one workspace that are removed in one step of a relief, the largest first. */
const FOLDERS_MAX = 50;
/** Smaller ones are not worth the disturbance, unless they have many files. */
const BYTES_MIN = 256 * 1024;
const INODES_MIN = 50;
const SECRET_BYTES = 8;

export interface ClearDeps {
  readonly thisHost: ThisHost;
  readonly workspaces: WorkspaceStore;
  readonly cleanupStore: CleanupStore;
  readonly database: Database;
  readonly turns: LeasedWork<StoredHost, string>;
  readonly finder: HolderFinder;
  readonly threads: TreeThreads;
  readonly telemetry: WorkspaceTelemetry;
  readonly checkpoint: Checkpoint;
  readonly isPaused: () => Promise<boolean>;
  readonly worker: Pick<Worker, "now" | "stop">;
}

interface Sized {
  readonly path: Buffer;
  readonly newest: Date;
  readonly size: { readonly bytes: number; readonly inodes: number };
}

/** Removes from an idle workspace what a command makes again, under the turn to relieve the disk. The workspace itself stays. */
export class RebuildableClearing {
  readonly #deps: ClearDeps;
  readonly #turn: Lease<string>;
  /** A folder may be in the trash. The next one must not be begun, because there is room for one note. */
  #isUnderWay = false;

  /** @param turn every write needs it, so a process that lost it does nothing more */
  constructor(turn: Lease<string>, deps: ClearDeps) {
    this.#deps = deps;
    this.#turn = turn;
  }

  /**
   * Removes the rebuildable folders of a workspace, one after the other.
   *
   * @returns whether any was removed; none if the workspace is in use, or nobody can say
   * @throws any error of MongoDB; `lease_lost`, `stopping`
   */
  async clear(workspace: StoredWorkspace): Promise<boolean> {
    const { workspaces, worker, telemetry } = this.#deps;
    const { _id, path } = workspace;
    if (!(await askForClearing(workspace, this.#deps))) return false;
    const freed = { folders: 0, bytes: 0, inodes: 0 };
    try {
      const root = await this.#deps.thisHost.open();
      await using folder = await root.openWorkspace(path);
      for (const one of await this.#findIn(folder)) {
        if (worker.stop.asked.aborted || (await this.#deps.isPaused())) break;
        if (!(await this.#remove(root, folder, { workspace, one }))) continue;
        freed.folders += 1;
        freed.bytes += one.size.bytes;
        freed.inodes += one.size.inodes;
      }
    } catch (error) {
      if (this.#isUnderWay || !(error instanceof OrbError) || !KEEPS.test(error.code)) throw error;
      telemetry.setback("rebuildable", error, { path });
    } finally {
      await workspaces.change(_id, ({ leases, size, generation }) => ({
        leases: withoutLease(leases, CLEARING_LEASE),
        ...(generation === workspace.generation && { size: size && without(size, freed) }),
      }));
    }
    if (freed.folders > 0) telemetry.cleared({ host: workspace.host, path, ...freed });
    return freed.folders > 0;
  }

  /** Ends what was begun, by this process or by one that died: the folder is at its place again, or gone. @returns whether it is gone */
  async finish(clearing: Clearing): Promise<boolean> {
    const root = await this.#deps.thisHost.open();
    const { removal } = clearing;
    const where = await whereIs(root, removal);
    let isGone = where === "gone";
    if (where === "trash") {
      isGone = clearing.step === "condemned" || (await this.#condemn(clearing));
      this.#deps.turns.requireHeld(this.#turn);
      if (!isGone) await this.#putBack(root, clearing);
      else await this.#delete(root, clearing);
    }
    await this.#note(null);
    return isGone && where === "trash";
  }

  /** Everything about the workspace as a whole, and then its folders. The cheap questions come first. */
  async #findIn(folder: OpenFolder): Promise<readonly Sized[]> {
    const { worker } = this.#deps;
    const signal = worker.stop.asked;
    const idleSince = new Date(worker.now().getTime() - IDLE_MS);
    // The record may be a day old: an agent that sends nothing shows only here.
    if (await changedSince(folder, idleSince, { stopping: signal })) return [];
    if (await this.#isHeld(folder)) return [];
    const found: Sized[] = [];
    for (const path of await findRebuildable(folder, { signal })) {
      await using inner = await openBelow(folder, path);
      if (!inner) continue;
      const { newest, bytes, inodes, isPartial } = await measureFolder(inner, { stopping: signal });
      const isWorthIt = bytes >= BYTES_MIN || inodes >= INODES_MIN;
      if (isWorthIt && !isPartial) found.push({ path, newest, size: { bytes, inodes } });
    }
    return found.toSorted((one, other) => other.size.bytes - one.size.bytes).slice(0, FOLDERS_MAX);
  }

  async #remove(
    root: WorkspaceRoot,
    folder: OpenFolder,
    { workspace, one }: { readonly workspace: StoredWorkspace; readonly one: Sized },
  ): Promise<boolean> {
    const { turns, threads, checkpoint, worker } = this.#deps;
    const { _id: id, path, generation } = workspace;
    await using inner = await openBelow(folder, one.path);
    if (!inner || inner.mountId !== folder.mountId) return false;
    if ((await whatBlocks(inner, { threads, signal: worker.stop.asked })).length > 0) return false;
    const full = joinBytes(Buffer.from(path), one.path);
    const trashName = `clear-${randomBytes(SECRET_BYTES).toString("hex")}`;
    const removal = await planRemoval(root, inner, { path: full, trashName });
    const clearing: Clearing = {
      workspace: { id, path, generation },
      removal,
      newest: one.newest,
      size: one.size,
      step: "marked",
    };
    await this.#note(clearing);
    await checkpoint("clear:marked");
    turns.requireHeld(this.#turn);
    try {
      await this.#move(root, clearing);
    } catch (error) {
      if ((await whereIs(root, removal)) !== "trash") await this.#note(null);
      throw error;
    }
    await checkpoint("clear:moved");
    return this.finish(clearing);
  }

  /** The folder around it gets its time back, so that the removal is no sign of work in the workspace. */
  async #move(root: WorkspaceRoot, { removal }: Clearing): Promise<void> {
    await using place = await root.openPlace(fullPath(root, removal));
    const around = descriptorPath(place.parent.fd);
    const { atime, mtime } = await stat(around);
    await moveToTrash(root, removal);
    await utimes(around, atime, mtime).catch(() => undefined);
  }

  /**
   * Whether it may go, asked where nobody comes in by its path: nothing in it was used since it was looked at, no process has it open, and
   * no lease was given. After the transaction a new lease finds a workspace without the folder, as after a fresh clone.
   */
  async #condemn(clearing: Clearing): Promise<boolean> {
    const { database, turns, thisHost, worker, checkpoint } = this.#deps;
    const root = await thisHost.open();
    await using trashed = await openTrashed(root, clearing.removal.trashName);
    if (await changedSince(trashed, clearing.newest, { stopping: worker.stop.asked })) return false;
    if (await this.#isHeld(trashed)) return false;
    await checkpoint("clear:checked");
    return database.transaction(async (transaction) => {
      if (!(await mayStillClear(clearing.workspace, { ...this.#deps, transaction }))) return false;
      const condemned: Clearing = { ...clearing, step: "condemned" };
      await turns.write(this.#turn, { $set: { clearing: condemned } }, transaction);
      return true;
    });
  }

  async #delete(root: WorkspaceRoot, { removal, size }: Clearing): Promise<void> {
    const { checkpoint, worker } = this.#deps;
    await checkpoint("clear:condemned");
    await deleteTrash(root, removal, { promised: size, signal: worker.stop.asked });
    await checkpoint("clear:deleted");
  }

  /** With the workspace gone, there is no place for it any more, and nobody who needs it. */
  async #putBack(root: WorkspaceRoot, clearing: Clearing): Promise<void> {
    try {
      await putBack(root, clearing.removal);
    } catch (error) {
      if (!(error instanceof OrbError) || error.code !== "workspace_missing") throw error;
      await this.#delete(root, clearing);
    }
  }

  async #isHeld(folder: OpenFolder): Promise<boolean> {
    const { finder, telemetry } = this.#deps;
    const { dev, ino } = folder;
    const path = String(await folder.currentPath());
    const onFailure = (error: unknown) => telemetry.setback("holders", error);
    const { byFolder } = await finder.find([{ dev, ino, path }], { onFailure });
    return (byFolder.get(path) ?? []).length > 0;
  }

  async #note(clearing: Clearing | null): Promise<void> {
    this.#isUnderWay = true;
    await this.#deps.turns.write(this.#turn, { $set: { clearing } });
    this.#isUnderWay = clearing !== null;
  }
}

/** What says that a folder can't be looked at or moved: it stays, and the others are tried. */
const KEEPS = /^(workspace_|git_|files_|trash_|removal_|outside_root)/;

function without<S extends { readonly bytes: number; readonly inodes: number }>(
  size: S,
  freed: { readonly bytes: number; readonly inodes: number },
): S {
  const left = {
    bytes: Math.max(0, size.bytes - freed.bytes),
    inodes: Math.max(0, size.inodes - freed.inodes),
  };
  return { ...size, ...left, rebuildable: { bytes: 0, inodes: 0 } };
}
