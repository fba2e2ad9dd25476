import { CHANGE_TYPES } from "../changes/rules/change-type.ts";
import type { Job } from "../agenda/clock.ts";
import { retentionJob } from "../agenda/retention-job.ts";
import type { DeliveryHandler } from "../deliveries/delivery.ts";
import type { GitHub } from "../github/github.ts";
import type { Problems } from "../http/problem.ts";
import type { Installations } from "../installations/installations.ts";
import type { Database } from "../mongo/database.ts";
import type { OutboxStore } from "../outbox/store.ts";
import type { Projects } from "../projects/record.ts";
import type { ProjectStore } from "../projects/store.ts";
import type { SettingsInForce } from "../repository-settings/in-force.ts";
import type { Secret } from "../secret.ts";
import type { SignalHandler } from "../signals/signal-work.ts";
import { bindDoors, type Door, type Subject } from "../subject.ts";
import type { Instruments } from "../telemetry/part.ts";
import { PullRequestTelemetry } from "../telemetry/pull-requests.ts";
import type { Templates } from "../text/templates/templates.ts";
import type { Apart } from "../work/apart/apart.ts";
import { leasedLoop } from "../work/leased-loop.ts";
import type { Worker } from "../work/worker.ts";
import { SweepStore } from "./intake/sweep-store.ts";
import { takeCompletion } from "./intake/take-completion.ts";
import { WakeStore } from "./intake/wake-store.ts";
import { Previewer } from "./plan/preview.ts";
import { PullRequestWork } from "./pull-request-work.ts";
import { Marker } from "./record/marker.ts";
import { RemovalStore } from "./record/removal-store.ts";
import { PULL_REQUESTS_COLLECTION, PullRequestStore } from "./record/store.ts";
import { StuckStore } from "./record/stuck-store.ts";
import type { Checkpoint } from "./steps/progress.ts";
import { addSharesAndUrgency } from "./upkeep/add-shares.ts";
import { makeSearchable } from "./upkeep/make-searchable.ts";
import { Rebuild } from "./upkeep/rebuild.ts";
import { RebuildStore } from "./upkeep/rebuild-store.ts";
import { Retention } from "./upkeep/retention.ts";
import { RenameStore } from "./upkeep/rename-store.ts";

/** One of them is left to installations for which none of the others works. */
const PUBLISHED_AT_ONCE = 5;
const RECONCILE_EVERY_MS = 10 * 60_000;
/** One query if there is nothing to rebuild. */
const REBUILD_EVERY_MS = 60 * 60_000;

const PROBLEMS: Problems = {
  nothing_to_retry: {
    status: 409,
    meaning: "Nothing has failed or is blocked, so there is nothing to retry.",
    remedy: "Use refresh to make the bot read the pull request again.",
  },
  set_aside: {
    status: 409,
    meaning: "The pull request is quarantined, because processes crashed while they worked on it.",
    remedy: "Use retry, which ends the quarantine.",
  },
  no_pull_request_yet: {
    status: 409,
    meaning: "The bot has not opened the pull request yet.",
    remedy: "Wait, or use retry if it is blocked or failed.",
  },
  pull_request_ended: {
    status: 409,
    meaning: "The pull request is merged or closed.",
    remedy: "Nothing, unless somebody reopens it on GitHub.",
  },
  too_many_requests_waiting: {
    status: 409,
    meaning: "Too many requests are already waiting for this pull request.",
    remedy: "Try again when some of them are done.",
  },
};

/** The parts that routes and handlers of webhooks use. */
export interface PullRequestParts {
  /** The App's id, by which the bot recognises its own events. */
  readonly appId: number;
  readonly database: Database;
  readonly installations: Installations;
  readonly projectStore: ProjectStore;
  readonly pullRequestStore: PullRequestStore;
  readonly wakeStore: WakeStore;
  readonly sweepStore: SweepStore;
  readonly renameStore: RenameStore;
  readonly previewer: Previewer;
  readonly now: () => Date;
}

interface Needs {
  readonly appId: number;
  /** Its key signs the markers of pull requests. */
  readonly privateKey: Secret;
  readonly database: Database;
  readonly github: GitHub;
  readonly installations: Installations;
  readonly outbox: OutboxStore;
  readonly projects: Projects;
  readonly projectStore: ProjectStore;
  readonly settings: SettingsInForce;
  readonly templates: Templates;
  readonly apart: Apart;
  /** How long the record of a pull request is stored after it has ended. */
  readonly retentionDays: number;
  readonly doors: readonly Door<PullRequestParts>[];
  readonly webhooks: (parts: PullRequestParts) => ReadonlyMap<string, DeliveryHandler>;
  readonly instruments: Instruments;
  readonly worker: Worker;
  readonly checkpoint: Checkpoint;
}

interface PullRequests extends Subject {
  readonly parts: PullRequestParts;
}

/** Pull requests, from a completion to their end. */
export function pullRequests(needs: Needs): PullRequests {
  const { database, github, instruments, doors, webhooks, projects } = needs;
  const { pace, now } = needs.worker;
  const telemetry = new PullRequestTelemetry(instruments, CHANGE_TYPES);
  const store = new PullRequestStore(database);
  const stuckStore = new StuckStore(store);
  const rebuildStore = new RebuildStore(database, store);
  const marker = new Marker(needs.privateKey);
  const renameStore = new RenameStore(store, pace);
  const removals = new RemovalStore(database);
  const work = workOf(needs, { store, marker, removals, telemetry, renameStore });
  const loop = leasedLoop(work.queue, {
    concurrency: PUBLISHED_AT_ONCE,
    pace,
    now,
    onError: (error) => telemetry.setback("pull_request_loop", error),
  });
  const { installations } = needs;
  const rebuilding = { github, marker, store, rebuildStore, installations, projects, database };
  const rebuild = new Rebuild({ ...rebuilding, telemetry, now });
  const retention = new Retention({ ...needs, store, removals, telemetry, now });
  const parts = partsOf(needs, { store, marker, removals, renameStore });
  return {
    parts,
    migrations: [
      {
        // Must run before the first record is written: an empty database is how we know to rebuild.
        id: "pull-requests/1-decide-whether-to-rebuild",
        run: async () => void (await rebuildStore.isDue(now())),
      },
      { id: "pull-requests/2-make-records-searchable", run: () => makeSearchable(store) },
      { id: "pull-requests/3-share-and-urgency", run: () => addSharesAndUrgency(store) },
    ],
    loops: [
      {
        loop,
        wokenBy: [{ collection: PULL_REQUESTS_COLLECTION, orChanged: ["round", "nudges", "siblingMoves"] }],
      },
    ],
    jobs: [
      reconcile({ store, telemetry, now }),
      { name: "rebuild", everyMs: REBUILD_EVERY_MS, run: (stopping) => rebuild.run(stopping) },
      retentionJob("pull-request-retention", {
        days: needs.retentionDays,
        now,
        remove: (before) => retention.remove(before),
      }),
    ],
    routes: bindDoors(doors, parts),
    webhooks: webhooks(parts),
    onSignal: completionHandler(parts),
    problems: PROBLEMS,
    count: async () => {
      const [statuses, stuck] = await Promise.all([store.countByStatus(), stuckStore.count(now())]);
      telemetry.counted(statuses);
      telemetry.stuck(stuck);
    },
  };
}

interface Own {
  readonly store: PullRequestStore;
  readonly marker: Marker;
  readonly removals: RemovalStore;
  readonly telemetry: PullRequestTelemetry;
  readonly renameStore: RenameStore;
}

function workOf(needs: Needs, { store, marker, removals, telemetry, renameStore }: Own): PullRequestWork {
  return new PullRequestWork({
    store,
    marker,
    telemetry,
    renameStore,
    installations: needs.installations,
    projectStore: needs.projectStore,
    projects: needs.projects,
    settings: needs.settings,
    templates: needs.templates,
    apart: needs.apart,
    removals,
    outbox: needs.outbox,
    database: needs.database,
    github: needs.github,
    ...needs.worker,
    lanes: PUBLISHED_AT_ONCE,
    checkpoint: needs.checkpoint,
  });
}

function partsOf(
  needs: Needs,
  { store, marker, removals, renameStore }: Omit<Own, "telemetry">,
): PullRequestParts {
  const { appId, database, github, installations, projectStore, settings, templates, apart } = needs;
  const { now } = needs.worker;
  return {
    appId,
    database,
    installations,
    projectStore,
    pullRequestStore: store,
    wakeStore: new WakeStore(store),
    sweepStore: new SweepStore(store),
    renameStore,
    previewer: new Previewer({
      store,
      projectStore,
      settings,
      github,
      installations,
      marker,
      templates,
      apart,
      removals,
    }),
    now,
  };
}

function completionHandler({ installations, pullRequestStore, now }: PullRequestParts): SignalHandler {
  return async (signal, { receivedAt, transaction }) => {
    if (signal.type === "orb.implementation.completed") {
      const named = signal.data.repository;
      const known = await installations.repositoryNamed(named, transaction);
      const repository = { repository: known?.fullName ?? named, repositoryId: known?._id ?? null };
      const when = { now: now(), receivedAt, transaction };
      await takeCompletion(signal, { store: pullRequestStore, ...repository, ...when });
    }
    return () => {};
  };
}

/** Every record of an open pull request has a time for its next look. This finds records that have lost it. */
function reconcile({
  store,
  telemetry,
  now,
}: Pick<Own, "store" | "telemetry"> & { readonly now: () => Date }): Job {
  return {
    name: "reconcile",
    everyMs: RECONCILE_EVERY_MS,
    run: async () => {
      telemetry.forgottenWoken(await store.wakeForgotten({ now: now() }));
      return {};
    },
  };
}
