import type { RetentionOf } from "../cleanups/decide.ts";
import type { WorkspaceStore } from "../record/store.ts";
import type { StoredWorkspace } from "../record/workspace.ts";
import { refreshWorkspace } from "../registry/refresh-workspace.ts";
import type { RetentionDesk } from "../retention/retention-desk.ts";
import type { Worker } from "../../work/worker.ts";
import type { ThisHost } from "../this-host.ts";

/** Signs of work in files are looked for again if the last look is older than this. */
const LOOK_AGAIN_MS = 10 * 60_000;

interface Deps {
  readonly desk: RetentionDesk;
  readonly workspaces: WorkspaceStore;
  readonly thisHost: ThisHost;
  /** See `learnSettings`. */
  readonly learn: (ids: readonly string[], stopping: AbortSignal) => Promise<number>;
  readonly worker: Pick<Worker, "stop" | "now">;
}

/**
 * The rule of `retention/` for a workspace that is about to be removed: with a fresh look at its files, because an agent that sends
 * nothing shows only there, and with the settings of its repository as they are now. In a transaction only the stores are read.
 */
export function currentRetention({ desk, workspaces: store, thisHost, learn, worker }: Deps): RetentionOf {
  const { now, stop } = worker;
  return async (workspace, transaction) => {
    if (transaction) return (await desk.decide(workspace, transaction)).retention;
    const isOld = now().getTime() - workspace.measuredAt.getTime() > LOOK_AGAIN_MS;
    const current = isOld ? await lookAgain(workspace) : workspace;
    const { retention, projects } = await desk.decide(current);
    const asking = projects.filter(({ settingsUnread, end }) => settingsUnread || end !== null);
    const learnt = await learn(
      asking.map(({ id }) => id),
      stop.asked,
    );
    if (learnt === 0) return retention;
    const again = await desk.decide(current);
    await desk.record(current, again);
    return again.retention;
  };

  async function lookAgain(workspace: StoredWorkspace): Promise<StoredWorkspace> {
    const root = await thisHost.open();
    return (await refreshWorkspace(workspace, { root, store, now }, stop.asked)) ?? workspace;
  }
}
