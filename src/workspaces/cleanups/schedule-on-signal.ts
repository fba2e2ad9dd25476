import type { ProjectStore } from "../../projects/store.ts";
import type { SignalHandler } from "../../signals/signal-work.ts";
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
 * Schedules the clean-ups of a project that has just ended, in the transaction of the signal that says so: a cancelled one does
 * not wait for the next sweep. It reads what the registry has made of the same signal, so it must come after it.
 */
export function scheduleOnSignal({ workspaces, projectStore, cleanups, now }: Deps): SignalHandler {
  return async ({ type, project }, { transaction }) => {
    if (type !== "orb.project.cancelled" && type !== "orb.project.failed") return () => {};
    const [known] = await projectStore.findAll([project], transaction);
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
      const cause = type === "orb.project.cancelled" ? "cancelled" : "failed";
      const announced = known?.cleanup?.dueAt ?? null;
      const isKnown =
        workspace.dueAt === null ? announced !== null : isAnnounced(announced, dueAt, workspace);
      await cleanups.ask(workspace, { ...wish, cause, at: dueAt }, { transaction, isAnnounced: isKnown });
    }
    return () => {};
  };
}

/** When its clean-up is to begin; `null` if it stays. One that only waits for the settings of its repository reads them itself. */
function whenDue({ dueAt, goneAt, kept }: StoredWorkspace, now: Date): Date | null {
  if (goneAt !== null) return null;
  const isUnread = kept.length > 0 && kept.every(({ by, code }) => by === "retention" && code === UNREAD);
  return dueAt ?? (isUnread ? now : null);
}

const UNREAD: RetentionCode = "settings_unread";
