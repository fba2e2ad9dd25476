import { stat } from "node:fs/promises";
import type { Config } from "../../config.ts";
import type { Transaction } from "../../mongo/database.ts";
import type { LeasedWork } from "../../mongo/queue/leased-work.ts";
import type { WorkQueue } from "../../mongo/queue/work-queue.ts";
import type { DiskEvent } from "../../outbox/event.ts";
import type { OutboxStore } from "../../outbox/store.ts";
import type { Worker } from "../../work/worker.ts";
import type { StoredCleanup } from "../cleanups/cleanup.ts";
import type { Cleanups } from "../cleanups/cleanups.ts";
import { readUsage } from "../disk/read-usage.ts";
import { type Relief, relieve } from "../disk/relieve.ts";
import { excessOver } from "../disk/rules/amount.ts";
import type { ReliefStep } from "../disk/rules/decide-relief.ts";
import type { DiskUsage } from "../disk/usage.ts";
import type { StoredWorkspace } from "../record/workspace.ts";
import type { WorkspaceRoot } from "../tree/workspace-root.ts";
import { HostReserve } from "./host-reserve.ts";
import { type ClearDeps, RebuildableClearing } from "./clear-rebuildable.ts";
import { type HostStore, type LastRelief, type StoredHost, TAKEN_MAX } from "../record/host-store.ts";
import { reliefCandidate } from "./rules/relief-facts.ts";
import { whatWasDone } from "./rules/what-was-done.ts";
import { whyFull, whyShort } from "./rules/why-short.ts";
import type { ThisHost } from "../this-host.ts";

/** A worker reports its disk at least once in so many milliseconds, which also shows that it is there. */
const REPORT_EVERY_MS = 60_000;
/** Between two reliefs of a disk that could not be relieved, in idle times of the pace: a minute. */
const AGAIN_IDLE = 12;
/** How long a relief waits for a lane that was faster with a clean-up, and how often it asks. */
const LANE_WAIT_MS_MAX = 60_000;
const LANE_ASKED_EVERY_MS = 200;
/** Workspaces that one relief considers; those with the smallest ids first. */
const CANDIDATES_MAX = 10_000;
const PAGE = 1_000;

interface Deps extends Omit<ClearDeps, "worker"> {
  readonly marks: Config["workspaces"]["disk"];
  readonly hosts: HostStore;
  readonly cleanups: Cleanups;
  readonly leases: LeasedWork<StoredCleanup>;
  readonly queue: WorkQueue<StoredCleanup>;
  readonly outbox: OutboxStore;
  readonly worker: Pick<Worker, "now" | "pace" | "stop">;
}

/** With what was removed, as it is stored. */
type Relieved = Relief & Pick<LastRelief, "taken">;

/** Watches the disk of this host, reports it, and relieves it if it is too full or if somebody asks for it. */
export class DiskWatch {
  readonly #deps: Deps;
  readonly #reserve = new HostReserve();
  #reportedAt: Date | null = null;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** One look. @returns `false`: the next one is due by the clock */
  async look(stopping: AbortSignal): Promise<false> {
    const { thisHost, hosts, telemetry, worker } = this.#deps;
    const problem = await thisHost.problem();
    const root = problem ? null : await thisHost.open();
    const usage = root && (await readUsage(root.folder));
    if (usage) telemetry.diskUsed(thisHost.name, usedRatio(usage));
    const agoMs = worker.now().getTime() - (this.#reportedAt?.getTime() ?? 0);
    // A clock that jumped back must not silence it.
    const isQuiet = agoMs >= 0 && agoMs < REPORT_EVERY_MS;
    const known = isQuiet ? await hosts.find(thisHost.name) : null;
    const host = known ?? (await this.#report({ usage, problem }));
    if (!root || !usage) return false;
    if (this.#mustRelieve(host, usage)) await this.#relieve(root, stopping);
    else await this.#reserve.fill(root);
    return false;

    function usedRatio({ bytes, inodes }: DiskUsage): number {
      return Math.max(bytes.usedPercent, inodes?.usedPercent ?? 0) / 100;
    }
  }

  async #report({
    usage,
    problem,
  }: {
    usage: DiskUsage | null;
    problem: StoredHost["problem"];
  }): Promise<StoredHost> {
    const { thisHost, hosts, worker } = this.#deps;
    const { root, realRoot, hasArchive } = thisHost;
    const at = worker.now();
    const report = { root, realRoot, hasArchive, problem, usage: usage && { ...usage, at } };
    const host = await hosts.report(thisHost.name, report, at);
    this.#reportedAt = at;
    return host;
  }

  #mustRelieve({ pressureSince, reliefAsked, paused, clearing }: StoredHost, usage: DiskUsage): boolean {
    if (paused) return false;
    // A process that died has left it in the trash.
    if (clearing) return true;
    const excess = excessOver(this.#deps.marks.highPercent, usage);
    return pressureSince !== null || reliefAsked !== null || excess.bytes + excess.inodes > 0;
  }

  async #relieve(root: WorkspaceRoot, stopping: AbortSignal): Promise<void> {
    const { turns, worker } = this.#deps;
    const turn = (await turns.claim()) ?? (await turns.takeOver());
    if (!turn) return;
    let againAt = worker.now();
    let last: LastRelief | null = null;
    try {
      await this.#reserve.release(root);
      const clearing = new RebuildableClearing(turn.lease, this.#deps);
      if (turn.document.clearing) await clearing.finish(turn.document.clearing);
      const host = await this.#begin(turn.document, await readUsage(root.folder));
      const relief = await this.#run(root, { host, clearing, stopping });
      await this.#conclude(host, relief);
      last = this.#describe(host, relief);
      const isDone = relief.plan.kind === "enough";
      if (!isDone) againAt = new Date(worker.now().getTime() + AGAIN_IDLE * worker.pace.idleMs);
    } finally {
      const update = { $set: { reliefAsked: null, ...(last && { lastRelief: last }) } };
      await turns.release(turn.lease, { dueAt: againAt, attempts: 0, update });
    }
  }

  async #run(
    root: WorkspaceRoot,
    { host, clearing, stopping }: { host: StoredHost; clearing: RebuildableClearing; stopping: AbortSignal },
  ): Promise<Relieved> {
    const { thisHost, worker } = this.#deps;
    const records = await this.#records();
    const byId = new Map(records.map((record) => [record._id, record]));
    const marks = this.#marksFor(host);
    const archive = thisHost.hasArchive ? { isSameDisk: await isSameDisk(root, thisHost) } : null;
    const relief = await relieve(
      {
        usage: () => readUsage(root.folder),
        facts: () => {
          const now = worker.now();
          const workspaces = records.map((record) => reliefCandidate(record, now));
          return { marks, underWay: { bytes: 0, inodes: 0 }, workspaces, archive, now };
        },
        take: async (step) => {
          const workspace = byId.get(step.id);
          if (!workspace) return false;
          return step.action === "remove_rebuildable"
            ? clearing.clear(workspace)
            : this.#take(step, workspace);
        },
        signal: stopping,
      },
      host.pressureSince !== null || host.reliefAsked !== null,
    );
    const done = relief.steps.filter(({ isDone }) => isDone).slice(0, TAKEN_MAX);
    const taken = done.map(({ step: { action, id, frees: expected } }) => {
      return { action, workspace: { id, path: byId.get(id)?.path ?? "" }, expected };
    });
    return { ...relief, taken };
  }

  /** @returns `null` if there is nothing to say besides why the disk is full: then the last one is still of interest */
  #describe({ reliefAsked }: StoredHost, relief: Relieved): LastRelief | null {
    const { telemetry, thisHost, marks, worker } = this.#deps;
    const { before, after, taken } = relief;
    if (reliefAsked === null && taken.length === 0) return null;
    const because = whatWasDone(relief, marks);
    const by = reliefAsked?.by ?? null;
    telemetry.reliefDone({ host: thisHost.name, by, used: after, because });
    return { at: worker.now(), by, because, before, after, taken };
  }

  /** Somebody who asks for relief wants the low mark, also if the high one was not reached. */
  #marksFor({ reliefAsked }: StoredHost): Config["workspaces"]["disk"] {
    const { highPercent, lowPercent } = this.#deps.marks;
    return { highPercent: reliefAsked ? lowPercent : highPercent, lowPercent };
  }

  async #records(): Promise<readonly StoredWorkspace[]> {
    const { workspaces, thisHost } = this.#deps;
    const records: StoredWorkspace[] = [];
    for (let after: string | null = null; records.length < CANDIDATES_MAX;) {
      const page: StoredWorkspace[] = await workspaces.list({ after, limit: PAGE, host: thisHost.name });
      records.push(...page);
      const last = page.at(-1);
      if (!last || page.length < PAGE) break;
      after = last._id;
    }
    return records;
  }

  /** Cleans one workspace up now, as any other clean-up: everything is checked again. @returns whether it is gone */
  async #take({ action }: ReliefStep, workspace: StoredWorkspace): Promise<boolean> {
    const { cleanups, cleanupStore, database, leases, queue, worker } = this.#deps;
    const unpushed = action === "archive_and_remove" ? "archive" : "keep";
    const wish = { origin: "disk", by: "disk", because: "The disk is too full", cause: "disk" } as const;
    const { _id } = await database.transaction((transaction) =>
      cleanups.ask(workspace, { ...wish, unpushed, dryRun: false, at: worker.now() }, { transaction }),
    );
    const claim = await leases.take(_id);
    if (claim) await queue.run(claim);
    for (let waitedMs = 0; waitedMs <= LANE_WAIT_MS_MAX; waitedMs += LANE_ASKED_EVERY_MS) {
      const cleanup = await cleanupStore.find(String(_id));
      if (!cleanup || cleanup.work.owner === null) return cleanup?.status === "completed";
      await worker.stop.wait(LANE_ASKED_EVERY_MS);
    }
    return false;
  }

  /** Publishes that the disk is too full, before anything is done about it: also what is relieved at once was so. */
  async #begin(host: StoredHost, usage: DiskUsage): Promise<StoredHost> {
    const { marks, telemetry, thisHost, worker } = this.#deps;
    const excess = excessOver(marks.highPercent, usage);
    if (host.pressureSince !== null || excess.bytes + excess.inodes === 0) return host;
    const because = whyFull(usage);
    const pressureSince = worker.now();
    await this.#note({ pressureSince, pressureBecause: because }, { isOver: false, because, usage });
    telemetry.pressure({ host: thisHost.name, used: usage, because });
    return { ...host, pressureSince };
  }

  async #conclude({ pressureSince }: StoredHost, relief: Relief): Promise<void> {
    if (pressureSince === null) return;
    const { telemetry, thisHost, hosts, marks, database } = this.#deps;
    const { before, after, plan } = relief;
    if (plan.kind !== "enough") {
      const pressureBecause = whyShort(before, plan);
      const pressure = { pressureSince, pressureBecause };
      return database.transaction((transaction) => hosts.notePressure(thisHost.name, pressure, transaction));
    }
    const because = `It is below the low mark again. ${whatWasDone(relief, marks)}`;
    await this.#note({ pressureSince: null, pressureBecause: null }, { isOver: true, because, usage: after });
    telemetry.relieved({ host: thisHost.name, used: after, because });
  }

  async #note(
    pressure: Pick<StoredHost, "pressureSince" | "pressureBecause">,
    told: { isOver: boolean; because: string; usage: DiskUsage },
  ): Promise<void> {
    const { database, hosts, thisHost, worker } = this.#deps;
    await database.transaction(async (transaction) => {
      await hosts.notePressure(thisHost.name, pressure, transaction);
      await this.#tell(eventOf(thisHost.name, told), worker.now(), transaction);
    });
  }

  async #tell(event: DiskEvent, time: Date, transaction: Transaction): Promise<void> {
    await this.#deps.outbox.append(`@host/${this.#deps.thisHost.name}`, event, { time, transaction });
  }
}

function eventOf(
  host: string,
  { isOver, because, usage }: { isOver: boolean; because: string; usage: DiskUsage },
): DiskEvent {
  const { bytes, inodes } = usage;
  return {
    type: isOver ? "orb.disk.relieved" : "orb.disk.pressure",
    data: {
      project: null,
      host,
      because,
      used: {
        bytesRatio: bytes.usedPercent / 100,
        inodesRatio: inodes === null ? null : inodes.usedPercent / 100,
        bytesFree: bytes.available,
        inodesFree: inodes?.available ?? null,
      },
    },
  };
}

async function isSameDisk(root: WorkspaceRoot, thisHost: ThisHost): Promise<boolean> {
  const { path } = await thisHost.openArchive();
  const { dev } = await stat(path, { bigint: true });
  return dev === root.folder.dev;
}
