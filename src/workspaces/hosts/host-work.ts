import type { Job } from "../../agenda/clock.ts";
import { LeasedWork } from "../../mongo/queue/leased-work.ts";
import type { WorkLoop } from "../../subject.ts";
import type { WorkspaceTelemetry } from "../../telemetry/workspaces.ts";
import { leasedLoop, loopTimes } from "../../work/leased-loop.ts";
import { Loop } from "../../work/loop.ts";
import type { StoredCleanup } from "../cleanups/cleanup.ts";
import { CLEANUPS_AT_ONCE, cleanupQueue } from "../cleanups/cleanup-work.ts";
import { pausable } from "../cleanups/pausable.ts";
import { Settle } from "../cleanups/settle.ts";
import { CLEANUPS_COLLECTION } from "../cleanups/store.ts";
import { Sweep } from "../cleanups/sweep.ts";
import { noteBaseline } from "../keep/note-baseline.ts";
import { BorrowingStore } from "../record/borrowing-store.ts";
import { WORKSPACES_COLLECTION } from "../record/store.ts";
import { noteBaselines } from "../registry/note-baselines.ts";
import { sweepRegistry } from "../registry/sweep.ts";
import { restoreQueue } from "../restores/restore-work.ts";
import { RESTORES_COLLECTION, type StoredRestore } from "../restores/store.ts";
import type { RetentionDesk } from "../retention/retention-desk.ts";
import type { WorkspaceNeeds, WorkspaceParts } from "../needs.ts";
import { HolderFinder } from "../holders/find-holders.ts";
import { TreeThreads } from "../removal/walk/tree-threads.ts";
import type { OpenFolder } from "../tree/open-folder.ts";
import { currentRetention } from "./current-retention.ts";
import { DiskWatch } from "./disk-watch.ts";
import { HostEyes } from "./host-eyes.ts";
import { hostHands } from "./host-hands.ts";
import { HOSTS_COLLECTION, type StoredHost } from "../record/host-store.ts";
import { Neighbours } from "./neighbours.ts";
import { reportStrayTrash } from "./stray-trash.ts";
import type { ThisHost } from "../this-host.ts";

const SWEEP_EVERY_MS = 15 * 60_000;
/** It goes over all workspaces, so a process that starts does not repeat one that began less than so long ago. */
const SWEEP_AGAIN_MS = 3 * 60_000;
/** The disk is read once in so many of the pace's idle times: every ten seconds. */
const DISK_EVERY_IDLE = 2;
/** No clean-up is scheduled further ahead than half of this; what is stored as due later is a mistake of a clock. */
const WAIT_MS_MAX = 800 * 24 * 3_600_000;
const RELIEF_WAIT_MS_MAX = 10 * 60_000;

interface Deps extends Omit<WorkspaceNeeds, "doors">, WorkspaceParts {
  readonly thisHost: ThisHost;
  readonly desk: RetentionDesk;
  readonly telemetry: WorkspaceTelemetry;
  /** See `learnSettings`. */
  readonly learn: (ids: readonly string[], stopping: AbortSignal) => Promise<number>;
}

/** What a process with the role `worker` does for the workspaces of its own host. Nobody else touches them. */
export class HostWork {
  readonly loops: readonly WorkLoop[];
  readonly jobs: readonly Job[];
  readonly #deps: Deps;
  readonly #finder = new HolderFinder();
  readonly #threads = new TreeThreads();

  constructor(deps: Deps) {
    this.#deps = deps;
    const { thisHost } = deps;
    const leases = new LeasedWork<StoredCleanup>(deps.cleanupStore.model, {
      worker: deps.worker,
      waitMsMax: WAIT_MS_MAX,
      only: { host: thisHost.name },
    });
    const queue = this.#queue(leases);
    this.loops = [
      this.#baselineLoop(),
      this.#cleanupLoop(queue),
      this.#restoreLoop(),
      this.#diskLoop({ leases, queue }),
    ];
    this.jobs = [
      {
        name: `workspace-sweep/${thisHost.name}`,
        everyMs: SWEEP_EVERY_MS,
        atStart: { unlessWithinMs: SWEEP_AGAIN_MS },
        run: (stopping) => this.#sweep(stopping),
      },
    ];
  }

  async stop(): Promise<void> {
    await this.#finder.close();
    await this.#threads.close();
    await this.#deps.thisHost.close();
  }

  #queue(leases: LeasedWork<StoredCleanup>): ReturnType<typeof cleanupQueue> {
    const { database, outbox, projectStore, workspaces, telemetry, worker, checkpoint, now } = this.#deps;
    const settle = new Settle({ leases, workspaces, projectStore, outbox, database, telemetry, worker });
    const retentionOf = currentRetention(this.#deps);
    const using = { ...this.#deps, finder: this.#finder, threads: this.#threads };
    const borrowing = new BorrowingStore(workspaces);
    const neighbours = new Neighbours({ ...using, borrowing, stopping: worker.stop.asked });
    const eyes = new HostEyes({ ...using, neighbours });
    const hands = hostHands(eyes, using);
    const deciding = { eyes, workspaces, retentionOf, now };
    const removing = {
      ...deciding,
      hands,
      leases,
      database,
      outbox,
      settle,
      telemetry,
      checkpoint,
      isPaused: () => this.#isPaused(),
      stopping: worker.stop.asked,
    };
    return cleanupQueue({ leases, settle, worker, deciding, removing });
  }

  /** It is quick, because what agents have changed before is not known to be theirs. */
  #baselineLoop(): WorkLoop {
    const { thisHost, workspaces: store, telemetry, worker } = this.#deps;
    const { pace, now } = worker;
    const onError = (error: unknown) => telemetry.setback("baseline", error);
    const runOnce = async (signal: AbortSignal) => {
      if (await thisHost.problem()) return false;
      const root = await thisHost.open();
      const note = (folder: OpenFolder, thereAtMs: number) =>
        noteBaseline(folder, { thereAtMs, host: { signal } });
      return (await noteBaselines({ root, host: thisHost.name, store, note, onError, now })) > 0;
    };
    const loop = new Loop({ ...loopTimes(pace), quietMs: pace.idleMs, runOnce, onError });
    return { loop, wokenBy: [{ collection: WORKSPACES_COLLECTION, orChanged: ["generation"] }] };
  }

  #cleanupLoop(queue: ReturnType<typeof cleanupQueue>): WorkLoop {
    const { telemetry, worker } = this.#deps;
    const { pace, now } = worker;
    const onError = (error: unknown) => telemetry.setback("cleanup_loop", error);
    const units = pausable(queue, () => this.#isPaused());
    return {
      loop: leasedLoop(units, { concurrency: CLEANUPS_AT_ONCE, pace, now, onError }),
      wokenBy: [
        { collection: CLEANUPS_COLLECTION, orChanged: ["at"] },
        { collection: HOSTS_COLLECTION, orChanged: ["paused"] },
      ],
    };
  }

  #restoreLoop(): WorkLoop {
    const { restores, thisHost, telemetry, worker } = this.#deps;
    const { pace, now } = worker;
    const only = { host: thisHost.name };
    const leases = new LeasedWork<StoredRestore>(restores.model, { worker, waitMsMax: WAIT_MS_MAX, only });
    const onError = (error: unknown) => telemetry.setback("restore_loop", error);
    const loop = leasedLoop(restoreQueue({ ...this.#deps, leases }), { pace, now, onError });
    return { loop, wokenBy: [{ collection: RESTORES_COLLECTION, orChanged: ["by"] }] };
  }

  #diskLoop({
    leases,
    queue,
  }: {
    leases: LeasedWork<StoredCleanup>;
    queue: ReturnType<typeof cleanupQueue>;
  }): WorkLoop {
    const { hosts, thisHost, telemetry, worker } = this.#deps;
    const turns = new LeasedWork<StoredHost, string>(hosts.model, {
      worker,
      waitMsMax: RELIEF_WAIT_MS_MAX,
      only: { _id: thisHost.name },
    });
    const marks = this.#deps.config.workspaces.disk;
    const { checkpoint } = this.#deps;
    const using = { finder: this.#finder, threads: this.#threads, checkpoint };
    const isPaused = () => this.#isPaused();
    const watch = new DiskWatch({ ...this.#deps, ...using, isPaused, marks, turns, leases, queue });
    const idleMs = worker.pace.idleMs * DISK_EVERY_IDLE;
    const onError = (error: unknown) => telemetry.setback("disk_loop", error);
    const runOnce = (stopping: AbortSignal) => watch.look(stopping);
    const loop = new Loop({ ...loopTimes(worker.pace), idleMs, quietMs: idleMs, runOnce, onError });
    return { loop, wokenBy: [{ collection: HOSTS_COLLECTION, orChanged: ["reliefAsked"] }] };
  }

  async #sweep(stopping: AbortSignal): Promise<Record<string, never>> {
    const { thisHost, workspaces, cleanupStore, desk, learn, telemetry, now } = this.#deps;
    const beganMs = performance.now();
    const root = await thisHost.open();
    const place = { root, roots: thisHost.names, host: thisHost.name };
    const onError = (error: unknown, { path }: { path: string }) =>
      telemetry.setback("workspace_sweep", error, { path });
    const schedule = new Sweep({ ...this.#deps, store: cleanupStore });
    let scheduled = 0;
    const onDecided = async (ids: readonly string[]) => void (scheduled += await schedule.run(ids));
    const registry = { ...place, store: workspaces, desk, learnSettings: learn, onDecided, now, onError };
    const { found, decided } = await sweepRegistry(registry, stopping);
    await reportStrayTrash(this.#deps);
    const durationMs = performance.now() - beganMs;
    const swept = { workspaces: decided, scheduled, problems: found.problemsTotal, durationMs };
    telemetry.swept({ host: thisHost.name, ...swept });
    return {};
  }

  #isPaused(): Promise<boolean> {
    return this.#deps.hosts.isPaused(this.#deps.thisHost.name);
  }
}
