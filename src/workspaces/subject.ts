import { diskHealth } from "./hosts/health.ts";
import type { Job } from "../agenda/clock.ts";
import { retentionJob } from "../agenda/retention-job.ts";
import { CleanupRequestStore } from "../pull-requests/record/cleanup-request-store.ts";
import { PULL_REQUESTS_COLLECTION } from "../pull-requests/record/store.ts";
import { bindDoors, type Subject, type WorkLoop } from "../subject.ts";
import { WorkspaceTelemetry } from "../telemetry/workspaces.ts";
import { loopTimes } from "../work/leased-loop.ts";
import { Loop } from "../work/loop.ts";
import { ByHand } from "./cleanups/by-hand.ts";
import { CLEANUP_CAUSES } from "./cleanups/cleanup.ts";
import { OWNERS } from "./retention/rules/owner.ts";
import { Cleanups } from "./cleanups/cleanups.ts";
import { CleanupCommands } from "./cleanups/commands.ts";
import { scheduleOnSignal } from "./cleanups/schedule-on-signal.ts";
import { CleanupStore } from "./cleanups/store.ts";
import { HostStore } from "./record/host-store.ts";
import { HostWork } from "./hosts/host-work.ts";
import { ThisHost } from "./this-host.ts";
import type { WorkspaceNeeds, WorkspaceParts } from "./needs.ts";
import { WORKSPACE_PROBLEMS } from "./problems.ts";
import { OldWorkspaces } from "./record/old-workspaces.ts";
import { WorkspaceStore } from "./record/store.ts";
import { UnpushedStore } from "./cleanups/unpushed-store.ts";
import { learnProjects } from "./registry/learn-projects.ts";
import { takeSignals } from "./registry/take-signal.ts";
import { askWorkspaceDays } from "./retention/ask-settings.ts";
import { learnSettings } from "./retention/learn-settings.ts";
import { RestoreStore } from "./restores/store.ts";
import { RetentionDesk } from "./retention/retention-desk.ts";

interface WorkspacesSubject extends Subject {
  readonly parts: WorkspaceParts;
}

/** The agents' workspaces, from the signal that names one to its removal. */
export function workspaces(needs: WorkspaceNeeds): WorkspacesSubject {
  const { database, projectStore, pullRequestStore, outbox, worker, config } = needs;
  const { now } = worker;
  const telemetry = new WorkspaceTelemetry(needs.instruments);
  telemetry.decides({ kept: Object.keys(OWNERS), causes: CLEANUP_CAUSES });
  const store = new WorkspaceStore(database);
  const unpushed = new UnpushedStore(store);
  const cleanupStore = new CleanupStore(database);
  const hosts = new HostStore(database);
  const cleanups = new Cleanups({ store: cleanupStore, outbox, database, telemetry, now });
  const thisHost = ThisHost.of(config);
  const desk = new RetentionDesk({
    store,
    projectStore,
    pullRequestStore,
    roots: thisHost?.names ?? [],
    whyOutside: (workspace) => thisHost?.whyOutside(workspace) ?? null,
    now,
  });
  const restores = new RestoreStore(database);
  const kept = { workspaces: store, cleanups, cleanupStore, restores, hosts, now };
  const byHand = new ByHand({ ...kept, projectStore, database });
  const parts = { ...kept, byHand };
  const hostWork =
    thisHost &&
    new HostWork({ ...needs, ...parts, thisHost, desk, telemetry, learn: learnerOf(needs, telemetry) });
  const take = takeSignals({ store, projectStore, desk, now, onBadPath: telemetry.badPath.bind(telemetry) });
  const schedule = scheduleOnSignal({ workspaces: store, projectStore, cleanups, now });
  return {
    parts,
    migrations: [
      { id: "workspaces/1-learn-projects", run: () => learnProjects({ database, store, projectStore, now }) },
    ],
    loops: [commandLoop(needs, { workspaces: store, cleanups, telemetry }), ...(hostWork?.loops ?? [])],
    jobs: [forgetJob(needs, store), ...(hostWork?.jobs ?? [])],
    routes: bindDoors(needs.doors, parts),
    problems: WORKSPACE_PROBLEMS,
    onSignal: async (signal, context) => {
      const reports = [await take(signal, context), await schedule(signal, context)];
      return () => reports.forEach((report) => report());
    },
    health: [diskHealth(hosts, { everyMs: worker.pace.healthMs })],
    count: async () => {
      const [counted, ofCleanups, waiting] = await Promise.all([
        store.countByStatus(),
        cleanupStore.countByStatus(),
        unpushed.count(now()),
      ]);
      telemetry.counted({ workspaces: counted, cleanups: ofCleanups, unpushed: waiting });
    },
    stop: async () => hostWork?.stop(),
  };
}

/** Removes the records of folders that went long ago. */
function forgetJob({ config, worker: { now } }: WorkspaceNeeds, store: WorkspaceStore): Job {
  const old = new OldWorkspaces(store);
  const days = config.retention.pullRequestDays;
  return retentionJob("workspace-retention", { days, now, remove: (before) => old.remove(before) });
}

/** Reads how long repositories want their workspaces. */
function learnerOf(
  { database, projects, projectStore, github, settings, worker: { now } }: WorkspaceNeeds,
  telemetry: WorkspaceTelemetry,
) {
  const ask = (repository: string) => askWorkspaceDays(repository, { github, settings });
  const onError = (error: unknown, repository: string) =>
    telemetry.setback("workspace_settings", error, { repository });
  return (ids: readonly string[], stopping: AbortSignal) =>
    learnSettings(ids, { database, projects, projectStore, ask, onError, now }, stopping);
}

/** Takes over `/orb cleanup`, in any process with the role `worker`: it only writes what is wanted. */
function commandLoop(
  { database, outbox, pullRequestStore, worker: { pace, now } }: WorkspaceNeeds,
  {
    workspaces,
    cleanups,
    telemetry,
  }: { workspaces: WorkspaceStore; cleanups: Cleanups; telemetry: WorkspaceTelemetry },
): WorkLoop {
  const requests = new CleanupRequestStore(pullRequestStore);
  const commands = new CleanupCommands({ requests, workspaces, cleanups, outbox, database, now });
  const onError = (error: unknown) => telemetry.setback("cleanup_request", error);
  const loop = new Loop({ ...loopTimes(pace), runOnce: () => commands.runOne(), onError });
  return { loop, wokenBy: [{ collection: PULL_REQUESTS_COLLECTION, orChanged: ["cleanupAsked"] }] };
}
