import type { OrbError } from "../errors.ts";
import { LONG_SECONDS } from "../monitoring/metrics.ts";
import { type Instruments, TelemetryPart } from "./part.ts";

/** What fails in the subject, to group it by. */
type Failing =
  | "baseline"
  | "cleanup"
  | "cleanup_loop"
  | "cleanup_request"
  | "disk_loop"
  | "holders"
  | "rebuildable"
  | "restore"
  | "restore_loop"
  | "workspace_settings"
  | "workspace_sweep";

/** A clean-up, for the log. */
export interface CleanupName {
  readonly id: string;
  readonly host: string;
  readonly path: string;
  readonly project: string | null;
}

/** The agents' workspaces, their clean-ups and their disks. */
export class WorkspaceTelemetry extends TelemetryPart<Failing> {
  readonly #cleanups;
  readonly #duration;
  readonly #freed;
  readonly #used;
  readonly #workspaces;
  readonly #known;
  readonly #unpushed;

  constructor(instruments: Instruments) {
    super(instruments);
    const { metrics } = instruments;
    this.#cleanups = metrics.counter({
      name: "orb_cleanups_total",
      help: "Clean-ups of workspaces that ended, and causes for which one was deferred or failed, each cause once",
      labelNames: ["outcome", "reason"],
    });
    this.#known = metrics.gauge({
      name: "orb_cleanups",
      help: "Clean-ups known, by status; those that have ended are known for 90 days",
      labelNames: ["status"],
    });
    this.#unpushed = metrics.gauge({
      name: "orb_workspaces_with_unpushed_work",
      help: "Workspaces that are due and have been kept for longer than a day, because their work is nowhere else; counted up to 1 000",
    });
    this.#duration = metrics.histogram({
      name: "orb_cleanup_duration_seconds",
      help: "From the start of a clean-up to its end",
      buckets: LONG_SECONDS,
    });
    this.#freed = metrics.counter({
      name: "orb_cleanup_bytes_freed_total",
      help: "Bytes that clean-ups freed, as the file system said",
    });
    this.#used = metrics.gauge({
      name: "orb_workspace_disk_used_ratio",
      help: "How much of the disk of the workspaces is used, of bytes or inodes what is scarcer",
      labelNames: ["host"],
    });
    this.#workspaces = metrics.gauge({
      name: "orb_workspaces",
      help: "Workspaces known, by status",
      labelNames: ["status"],
    });
  }

  /**
   * What can be decided about workspaces.
   *
   * @param reasons `kept`: every reason to keep one; `causes`: every reason to remove one
   */
  decides({ kept, causes }: { readonly kept: readonly string[]; readonly causes: readonly string[] }): void {
    for (const reason of kept) this.#cleanups.inc({ outcome: "deferred", reason }, 0);
    for (const reason of causes) this.#cleanups.inc({ outcome: "removed", reason }, 0);
  }

  scheduled(cleanup: CleanupName, details: { dueAt: Date; because: string }): void {
    this.log.info({ ...cleanup, ...details }, "clean-up scheduled");
  }

  /** @param work one run of a clean-up */
  cleaningUp<T>(work: () => Promise<T>): Promise<T> {
    return this.monitor.trace("cleanup.run", work);
  }

  started(cleanup: CleanupName, because: string): void {
    this.log.info({ ...cleanup, because }, "clean-up started");
  }

  /** @param isNews whether the cause differs from that of the last try */
  deferred(
    cleanup: CleanupName,
    { codes, nextAttemptAt, isNews }: { codes: readonly string[]; nextAttemptAt: Date; isNews: boolean },
  ): void {
    const fields = { ...cleanup, codes, nextAttemptAt };
    if (!isNews) return this.log.debug(fields, "workspace kept, as before");
    this.#cleanups.inc({ outcome: "deferred", reason: codes[0] ?? "unknown" });
    this.log.info(fields, "workspace kept");
  }

  /** @param isNews whether the cause differs from that of the last try */
  failed(
    cleanup: CleanupName,
    {
      error,
      code,
      isNews,
      nextAttemptAt,
      userId,
    }: {
      error: unknown;
      code: string;
      isNews: boolean;
      nextAttemptAt: Date | null;
      userId: string | null;
    },
  ): void {
    if (isNews) this.#cleanups.inc({ outcome: "failed", reason: code });
    this.setback("cleanup", error, { ...cleanup, nextAttemptAt, userId });
  }

  /** @param cancelled `reason` is the cause of the clean-up, of a closed set */
  cancelled(cleanup: CleanupName, cancelled: { reason: string; because: string }): void {
    this.ended(cleanup, { outcome: "cancelled", ...cancelled, bytes: 0, durationMs: null });
  }

  /** @param ended `reason` is the cause of the clean-up, of a closed set */
  ended(
    cleanup: CleanupName,
    ended: {
      outcome: "removed" | "missing" | "would_remove" | "would_keep" | "cancelled";
      reason: string;
      because: string;
      bytes: number;
      durationMs: number | null;
    },
  ): void {
    const { outcome, reason, bytes, durationMs } = ended;
    this.#cleanups.inc({ outcome, reason });
    if (outcome === "removed") this.#freed.inc(Math.max(0, bytes));
    if (durationMs !== null) this.#duration.observe(durationMs / 1000);
    this.log.info({ ...cleanup, ...ended }, "clean-up ended");
  }

  /** Folders that a command makes again were removed from a workspace that stays. */
  cleared(cleared: { host: string; path: string; folders: number; bytes: number; inodes: number }): void {
    this.#freed.inc(cleared.bytes);
    this.log.info(cleared, "rebuildable folders removed");
  }

  restored(restored: { host: string; path: string; archive: string; by: string }): void {
    this.log.info(restored, "workspace restored");
  }

  /** @param swept its `problems` are entries of the root of which nothing can be decided */
  swept(swept: {
    host: string;
    workspaces: number;
    scheduled: number;
    problems: number;
    durationMs: number;
  }): void {
    this.log.debug(swept, "workspaces swept");
  }

  /** Entries of the trash that no clean-up knows, since the oldest of them. They are kept: nobody can say what they are. */
  strayTrash(stray: { host: string; count: number; since: Date }): void {
    this.calmly({ level: "warn", message: "unknown entries in the trash", cause: "stray_trash" }, stray);
  }

  /** A signal named no possible path, so no workspace is known from it. */
  badPath({ type, project }: { type: string; project: string }, problem: OrbError): void {
    const fields = { type, project, problem: problem.toRefusal() };
    this.calmly({ level: "warn", message: "signal names no possible workspace", cause: "bad_path" }, fields);
  }

  pressure(disk: { host: string; used: object; because: string }): void {
    this.log.warn(disk, "disk of the workspaces is too full");
  }

  relieved(disk: { host: string; used: object; because: string }): void {
    this.log.info(disk, "disk of the workspaces is relieved");
  }

  /** @param relief `by`: who asked for it; `null` if the disk was too full */
  reliefDone(relief: { host: string; by: string | null; used: object; because: string }): void {
    this.log.info(relief, "relief of a disk has ended");
  }

  /** @param ratio from 0 to 1 */
  diskUsed(host: string, ratio: number): void {
    this.#used.set({ host }, ratio);
  }

  /** How many there are of each status, and how many of the kept ones have work that is nowhere else. */
  counted({
    workspaces,
    cleanups,
    unpushed,
  }: Record<"workspaces" | "cleanups", ReadonlyMap<string, number>> & { readonly unpushed: number }): void {
    this.#workspaces.reset();
    for (const [status, count] of workspaces) this.#workspaces.set({ status }, count);
    this.#known.reset();
    for (const [status, count] of cleanups) this.#known.set({ status }, count);
    this.#unpushed.set(unpushed);
  }
}
