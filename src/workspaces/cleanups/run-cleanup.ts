import { OrbError } from "../../errors.ts";
import type { Database, Transaction } from "../../mongo/database.ts";
import type { Claim, LeasedWork, Lease } from "../../mongo/queue/leased-work.ts";
import type { OutboxStore } from "../../outbox/store.ts";
import type { WorkspaceTelemetry } from "../../telemetry/workspaces.ts";
import type { WorkspaceStore } from "../record/store.ts";
import { type CleanupStep, type Freed, hasEnded, type StoredCleanup } from "./cleanup.ts";
import { archiveWork } from "./archive-work.ts";
import { isAsSeen } from "./as-seen.ts";
import { condemn, type Refused } from "./condemn.ts";
import { decide, type DecideDeps } from "./decide.ts";
import type { CleanupHands, Marked, Walking } from "./hands.ts";
import { nameOf, summaryOf, tellProjects } from "./publish.ts";
import { CHANGES_ALL_THE_TIME } from "./rules/judge.ts";
import { type Act, nextAct } from "./rules/next-act.ts";
import { isUntouched } from "./rules/untouched.ts";
import { whatGoes } from "./rules/what-goes.ts";
import type { Settle } from "./settle.ts";
import { historyOf } from "./store.ts";

/** Called between any two lines of a removal. Tests end the process there. */
export type Checkpoint = (name: string) => void | Promise<void>;

/** The whole way twice. A workspace that changes at every look is kept. */
const ACTS_MAX = 24;
const FENCE_MS = 24 * 3_600_000;

export interface RunDeps extends Omit<DecideDeps, "workspaces"> {
  readonly hands: CleanupHands;
  readonly leases: LeasedWork<StoredCleanup>;
  readonly workspaces: WorkspaceStore;
  readonly database: Database;
  readonly outbox: OutboxStore;
  readonly settle: Settle;
  readonly telemetry: WorkspaceTelemetry;
  readonly checkpoint: Checkpoint;
  readonly isPaused: () => Promise<boolean>;
  readonly stopping: AbortSignal;
}

/** One run over a leased clean-up, from where the last one stopped. Each act is recorded before the next, and may be done again. */
export class CleanupRun {
  readonly #deps: RunDeps;
  readonly #lease: Lease;
  #cleanup: StoredCleanup;

  constructor({ document, lease }: Claim<StoredCleanup>, deps: RunDeps) {
    this.#deps = deps;
    this.#lease = lease;
    this.#cleanup = document;
  }

  /** @throws any error of an act; it goes on where it stopped at the next run */
  async run(): Promise<void> {
    const { hands, leases, checkpoint, telemetry } = this.#deps;
    if (hasEnded(this.#cleanup)) return this.#lowerFence();
    const never = isUntouched(this.#cleanup) ? hands.whyOutside(this.#cleanup.workspace) : null;
    // Another try would find the same. With another root, the sweep schedules it again.
    if (never) return this.#deps.settle.callOff(this.#claim, `${never.reason} ${never.remedy}`);
    for (let acts = 0; acts < ACTS_MAX; acts++) {
      const act = nextAct(this.#cleanup.step, await hands.locate(this.#cleanup));
      // A process that was paused notices here, before it touches anything.
      leases.requireHeld(this.#lease);
      await checkpoint(`${act}:before`);
      if (await telemetry.step(`cleanup.${act}`, () => this.#perform(act))) return;
      await checkpoint(`${act}:after`);
    }
    return this.#deps.settle.defer(this.#claim, { reasons: [CHANGES_ALL_THE_TIME], until: null });
  }

  get #claim(): Claim<StoredCleanup> {
    return { document: this.#cleanup, lease: this.#lease };
  }

  /** @returns whether the run has ended */
  async #perform(act: Act): Promise<boolean> {
    switch (act) {
      case "check":
        return this.#check();
      case "archive":
        await this.#archive();
        return false;
      case "mark":
        await this.#mark();
        return false;
      case "rename":
        return this.#rename();
      case "note_renamed":
        await this.#record("renamed", "It was in the trash already");
        return false;
      case "check_again":
        return this.#checkAgain();
      case "delete":
        await this.#delete();
        return false;
      case "prune":
        await this.#deps.hands.prune(this.#marked);
        await this.#record("pruned", "Its repository does not list it any more");
        return false;
      case "fence":
        await this.#fence();
        return false;
      case "finish":
        return this.#finish("removed").then(() => true);
      case "note_missing":
        // Somebody else removed the folder; what the other repository has of it is left over.
        if (this.#cleanup.tombstone) await this.#deps.hands.prune(this.#marked);
        await this.#finish("missing");
        return true;
      case "start_again":
        await this.#startAgain("Another folder is at its path");
        return false;
      default:
        return act satisfies never;
    }
  }

  async #check(): Promise<boolean> {
    const decision = await decide(this.#cleanup, "here", this.#deps);
    if (decision.verdict !== "go") return this.#settle(decision);
    const { removal, print, frees } = decision.findings;
    const tombstone = { removal, print, frees, mustArchive: decision.mustArchive, archive: null };
    const { origin, cause: asked } = this.#cleanup;
    const cause = origin === "retention" ? (decision.cause ?? asked) : asked;
    await this.#record("checked", whatGoes(decision), { tombstone, cause });
    return false;
  }

  async #archive(): Promise<void> {
    const { because, set } = await archiveWork(this.#marked, { ...this.#deps, lease: this.#lease });
    return this.#record("archived", because, set);
  }

  /** Writes the tombstone: from here on a process that finds the folder in the trash knows why it is there. */
  async #mark(): Promise<void> {
    const { database, outbox, leases, telemetry, now } = this.#deps;
    const { startedAt, projects, because, causes = [] } = this.#cleanup;
    const time = now();
    const change = {
      step: "marked",
      status: "running",
      reasons: [],
      startedAt: startedAt ?? time,
      updatedAt: time,
    } as const;
    const entry = { at: time, what: "marked", because };
    const begin = async (transaction: Transaction) => {
      const update = { $set: change, $push: historyOf([entry]) };
      await leases.write(this.#lease, update, transaction);
      if (startedAt !== null) return;
      const data = { because, cleanup: summaryOf(this.#cleanup) };
      await tellProjects(outbox, projects, {
        event: { type: "orb.cleanup.started", data },
        time,
        transaction,
      });
    };
    await database.transaction(begin, { causes });
    this.#cleanup = { ...this.#cleanup, ...change };
    if (startedAt === null) telemetry.started(nameOf(this.#cleanup), because);
  }

  /** Looks at everything again in the same breath as the rename: much may have happened since the check. */
  async #rename(): Promise<boolean> {
    const { hands, leases, checkpoint } = this.#deps;
    const decision = await decide(this.#cleanup, "here", this.#deps);
    if (decision.verdict !== "go") return this.#settle(decision);
    if (!isAsSeen(decision, this.#marked.tombstone)) {
      await this.#startAgain("Somebody worked in it after the check");
      return false;
    }
    await checkpoint("rename:checked");
    leases.requireHeld(this.#lease);
    await hands.moveToTrash(this.#marked);
    await checkpoint("rename:moved");
    await this.#record("renamed", "It was moved to the trash");
    return false;
  }

  /** Nobody can come in by the path any more, so what is seen now is final. If somebody was in it, it is put back. */
  async #checkAgain(): Promise<boolean> {
    const { hands, leases, checkpoint } = this.#deps;
    const decision = await decide(this.#cleanup, "trash", this.#deps);
    const isSame =
      decision.verdict === "go" && isAsSeen(decision, this.#marked.tombstone) && (await this.#isArchived());
    const refused = isSame ? await this.#condemn() : null;
    if (isSame && refused === null) return false;
    await checkpoint("check_again:held");
    leases.requireHeld(this.#lease);
    await hands.putBack(this.#marked);
    await checkpoint("check_again:put_back");
    if (refused) return this.#settle(refused);
    if (decision.verdict !== "go") return this.#settle(decision);
    await this.#startAgain("Somebody worked in it during the move");
    return false;
  }

  /** Whether the archive, if there must be one, has what is in the trash. If nobody can say, the folder is put back at once. */
  async #isArchived(): Promise<boolean> {
    const { hands, leases } = this.#deps;
    try {
      await hands.assertArchived(this.#marked);
      return true;
    } catch (error) {
      if (error instanceof OrbError && error.code === "archive_changed") return false;
      leases.requireHeld(this.#lease);
      await hands.putBack(this.#marked);
      throw error;
    }
  }

  async #condemn(): Promise<Refused | null> {
    const refused = await condemn({ document: this.#cleanup, lease: this.#lease }, this.#deps);
    if (refused === null) this.#cleanup = { ...this.#cleanup, step: "condemned" };
    return refused;
  }

  async #delete(): Promise<void> {
    const { hands } = this.#deps;
    // What earlier runs freed before their process died counts too.
    const before = this.#cleanup.progress ?? NOTHING;
    const walking = this.#walking(before);
    const { bytes, inodes } = await hands.deleteTrash(this.#marked, walking);
    await this.#deps.checkpoint("delete:gone");
    const { frees } = this.#marked.tombstone;
    const freed = {
      bytes: Math.min(frees.bytes, before.bytes + bytes),
      inodes: Math.min(frees.inodes, before.inodes + inodes),
    };
    await this.#record("deleted", `${freed.bytes} bytes and ${freed.inodes} inodes were freed`, { freed });
  }

  #walking(before: Freed): Walking {
    const { leases, isPaused, stopping } = this.#deps;
    return {
      progress: async ({ bytes, inodes }) => {
        const progress = { bytes: before.bytes + bytes, inodes: before.inodes + inodes };
        await leases.write(this.#lease, { $set: { progress } });
      },
      isPaused: async () => {
        leases.requireHeld(this.#lease);
        return isPaused();
      },
      signal: stopping,
    };
  }

  async #fence(): Promise<void> {
    const { hands, now } = this.#deps;
    const isUp = await hands.raiseFence(this.#marked);
    const fenceUntil = isUp ? new Date(now().getTime() + FENCE_MS) : null;
    const because = isUp ? "An agent that comes back to its path sees why" : "Something else is at its path";
    await this.#record("fenced", because, { fenceUntil });
  }

  #finish(outcome: "removed" | "missing"): Promise<void> {
    const { freed, fenceUntil } = this.#cleanup;
    return this.#deps.settle.complete(this.#claim, { outcome, freed: freed ?? NOTHING, fenceUntil });
  }

  async #lowerFence(): Promise<void> {
    const { hands, leases, now } = this.#deps;
    await hands.lowerFence(this.#cleanup);
    const update = { $set: { fenceUntil: null, updatedAt: now() } };
    await leases.release(this.#lease, { dueAt: null, attempts: 0, update });
  }

  #startAgain(because: string): Promise<void> {
    return this.#record("planned", because, { tombstone: null });
  }

  async #settle(decision: Refused): Promise<true> {
    const { settle } = this.#deps;
    if (decision.verdict === "keep") await settle.defer(this.#claim, decision);
    else if (decision.verdict === "later") await settle.wait(this.#claim, decision);
    else await settle.callOff(this.#claim, decision.because);
    return true;
  }

  async #record(step: CleanupStep, because: string, set: Partial<StoredCleanup> = {}): Promise<void> {
    const { leases, now } = this.#deps;
    const at = now();
    const change = { ...set, step, updatedAt: at };
    const entry = { at, what: step, because };
    await leases.write(this.#lease, { $set: change, $push: historyOf([entry]) });
    this.#cleanup = { ...this.#cleanup, ...change };
  }

  get #marked(): StoredCleanup & Marked {
    const { tombstone } = this.#cleanup;
    if (!tombstone) throw new Error(`The clean-up ${String(this.#cleanup._id)} has no tombstone`);
    return { ...this.#cleanup, tombstone };
  }
}

const NOTHING = { bytes: 0, inodes: 0 };
