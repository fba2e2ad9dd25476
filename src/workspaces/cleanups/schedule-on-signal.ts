import type { ProjectStore } from "../../projects/store.ts";
import type { SignalHandler } from "../../signals/signal-work.ts";
import type { WorkspaceStore } from "../record/store.ts";
import type { Cleanups } from "./cleanups.ts";

interface Deps {
  readonly workspaces: WorkspaceStore;
  readonly projectStore: ProjectStore;
  readonly cleanups: Cleanups;
}

/**
 * Schedules the clean-ups of a project that has just ended, in the transaction of the signal that says so: a cancelled one does
 * not wait for the next sweep. It reads what the registry has made of the same signal, so it must come after it.
 */
export function scheduleOnSignal({ workspaces, projectStore, cleanups }: Deps): SignalHandler {
  return async ({ type, project }, { transaction }) => {
    if (type !== "orb.project.cancelled" && type !== "orb.project.failed") return () => {};
    const [known] = await projectStore.findAll([project], transaction);
    for (const workspace of await workspaces.ofProject(project, transaction)) {
      const { dueAt, goneAt } = workspace;
      if (dueAt === null || goneAt !== null) continue;
      const because = workspace.because ?? "Its project has ended";
      const wish = { origin: "retention", by: "retention", because, unpushed: "keep", dryRun: false } as const;
      const cause = type === "orb.project.cancelled" ? "cancelled" : "failed";
      const isAnnounced = known?.cleanup?.dueAt.getTime() === dueAt.getTime();
      await cleanups.ask(workspace, { ...wish, cause, at: dueAt }, { transaction, isAnnounced });
    }
    return () => {};
  };
}
