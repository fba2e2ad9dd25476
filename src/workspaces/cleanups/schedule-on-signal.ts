import type { OutlineFacts } from "../../projects/project.ts";
import { earlyEnd, type EarlyEnd } from "../../projects/rules/clean-up.ts";
import type { ProjectStore } from "../../projects/store.ts";
import type { SignalHandler } from "../../signals/signal-work.ts";
import type { SignalType } from "../../signals/signal.ts";
import type { WorkspaceStore } from "../record/store.ts";
import type { StoredWorkspace } from "../record/workspace.ts";
import type { RetentionCode } from "../retention/rules/retention.ts";
import type { Cleanups } from "./cleanups.ts";
import { isAnnounced } from "./rules/announced.ts";

interface Deps {
  readonly workspaces: WorkspaceStore;
  readonly projectStore: ProjectStore;
  readonly cleanups: Cleanups;
  readonly now: () => Date;
}

/**
 * Schedules the clean-ups of a project that was cancelled or failed, in the transaction of the signal from which both its end and its
 * workspace are known: a cancelled one does not wait for the next sweep. Signals that were sent together may arrive in any order, so that
 * signal may also be the one that creates the project. It reads what the registry has made of the same signal, so it must come after it.
 */
export function scheduleOnSignal({ workspaces, projectStore, cleanups, now }: Deps): SignalHandler {
  return async ({ type, project }, { transaction }) => {
    if (!ASKED.has(type)) return () => {};
    const [known] = await projectStore.findAll([project], transaction);
    const cause = causeOf(type, known?.facts ?? null);
    if (cause === null) return () => {};
    for (const workspace of await workspaces.ofProject(project, transaction)) {
      const dueAt = whenDue(workspace, now());
      if (dueAt === null) continue;
      const because = workspace.because ?? "Its project has ended";
      const wish = {
        origin: "retention",
        by: "retention",
        because,
        unpushed: "keep",
        dryRun: false,
      } as const;
      const announced = known?.cleanup?.dueAt ?? null;
      const isKnown =
        workspace.dueAt === null ? announced !== null : isAnnounced(announced, dueAt, workspace);
      await cleanups.ask(workspace, { ...wish, cause, at: dueAt }, { transaction, isAnnounced: isKnown });
    }
    return () => {};
  };
}

const ASKED: ReadonlySet<SignalType> = new Set([
  "orb.project.created",
  "orb.project.cancelled",
  "orb.project.failed",
]);

/** Why its clean-up is scheduled with this signal; `null` if it is not. */
function causeOf(type: SignalType, facts: OutlineFacts | null): EarlyEnd | null {
  if (type === "orb.project.cancelled") return "cancelled";
  if (type === "orb.project.failed") return "failed";
  return facts && earlyEnd(facts);
}

/** When its clean-up is to begin; `null` if it stays. One that only waits for the settings of its repository reads them itself. */
function whenDue({ dueAt, goneAt, kept }: StoredWorkspace, now: Date): Date | null {
  if (goneAt !== null) return null;
  const held = kept.filter(({ by }) => by === "retention");
  const isUnread = held.length > 0 && held.every(({ code }) => code === UNREAD);
  return dueAt ?? (isUnread ? now : null);
}

const UNREAD: RetentionCode = "settings_unread";
