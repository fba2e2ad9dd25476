import type { Config } from "../config.ts";
import type { GitHub } from "../github/github.ts";
import type { Database } from "../mongo/database.ts";
import type { OutboxStore } from "../outbox/store.ts";
import type { Projects } from "../projects/record.ts";
import type { ProjectStore } from "../projects/store.ts";
import type { PullRequestStore } from "../pull-requests/record/store.ts";
import type { SettingsInForce } from "../repository-settings/in-force.ts";
import type { Door } from "../subject.ts";
import type { Instruments } from "../telemetry/part.ts";
import type { Worker } from "../work/worker.ts";
import type { ByHand } from "./cleanups/by-hand.ts";
import type { Cleanups } from "./cleanups/cleanups.ts";
import type { Checkpoint } from "./cleanups/run-cleanup.ts";
import type { CleanupStore } from "./cleanups/store.ts";
import type { HostStore } from "./record/host-store.ts";
import type { WorkspaceStore } from "./record/store.ts";
import type { RestoreStore } from "./restores/store.ts";

/** The parts that routes use. */
export interface WorkspaceParts {
  readonly workspaces: WorkspaceStore;
  readonly cleanups: Cleanups;
  readonly cleanupStore: CleanupStore;
  readonly byHand: ByHand;
  readonly restores: RestoreStore;
  readonly hosts: HostStore;
  readonly now: () => Date;
}

export interface WorkspaceNeeds {
  readonly config: Pick<Config, "workerHost" | "workspaces" | "retention">;
  readonly database: Database;
  readonly outbox: OutboxStore;
  readonly projects: Projects;
  readonly projectStore: ProjectStore;
  readonly pullRequestStore: PullRequestStore;
  readonly github: GitHub;
  readonly settings: SettingsInForce;
  readonly doors: readonly Door<WorkspaceParts>[];
  readonly instruments: Instruments;
  readonly worker: Worker;
  readonly checkpoint: Checkpoint;
}
