import type { RetentionOf } from "../cleanups/decide.ts";
import type { WorkspaceStore } from "../record/store.ts";
import type { StoredWorkspace } from "../record/workspace.ts";
import { refreshWorkspace } from "../registry/refresh-workspace.ts";
import type { RetentionDesk } from "../retention/retention-desk.ts";
import type { Worker } from "../../work/worker.ts";
import type { ThisHost } from "./this-host.ts";

/** Signs of work in files are looked for again if the last look is older than this. */
const LOOK_AGAIN_MS = 10 * 60_000;

interface Deps {
  readonly desk: RetentionDesk;
  readonly workspaces: WorkspaceStore;
  readonly thisHost: ThisHost;
  readonly worker: Pick<Worker, "stop" | "now">;
}

/**
 * The rule of `retention/` for a workspace that is about to be removed: with a fresh look at its files, because an agent that sends
 * nothing shows only there. In a transaction only the stores are read.
 */
export function currentRetention({ desk, workspaces: store, thisHost, worker }: Deps): RetentionOf {
  const { now, stop } = worker;
  return async (workspace, transaction) => {
    const isOld = now().getTime() - workspace.measuredAt.getTime() > LOOK_AGAIN_MS;
    const current = isOld && !transaction ? await lookAgain(workspace) : workspace;
    return (await desk.decide(current, transaction)).retention;
  };

  async function lookAgain(workspace: StoredWorkspace): Promise<StoredWorkspace> {
    const root = await thisHost.open();
    return (await refreshWorkspace(workspace, { root, store, now }, stop.asked)) ?? workspace;
  }
}
