import type { DeliveryStore } from "../deliveries/store.ts";
import type { Problems } from "../http/problem.ts";
import type { OutboxStore } from "../outbox/store.ts";
import type { ProjectStore } from "../projects/store.ts";
import type { PullRequestStore } from "../pull-requests/record/store.ts";
import type { SignalStore } from "../signals/store.ts";
import { bindDoors, type Door, type Subject } from "../subject.ts";
import type { CleanupStore } from "../workspaces/cleanups/store.ts";
import type { WorkspaceStore } from "../workspaces/record/store.ts";
import { TraceReader } from "./read-trace.ts";

const PROBLEMS: Problems = {
  signal_ambiguous: {
    status: 409,
    meaning: "Several sources have sent a signal with this id.",
    remedy: "Name the source as well: `?source=`.",
  },
};

/** The parts that its doors use. */
export interface TraceParts {
  readonly traces: TraceReader;
}

interface Needs {
  readonly deliveries: DeliveryStore;
  readonly signals: SignalStore;
  readonly outbox: OutboxStore;
  readonly projects: ProjectStore;
  readonly pullRequests: PullRequestStore;
  readonly workspaces: WorkspaceStore;
  readonly cleanups: CleanupStore;
  readonly doors: readonly Door<TraceParts>[];
  readonly now: () => Date;
}

/** What became of a message, for people who look for the cause of something. */
export function trace({ doors, ...needs }: Needs): Subject {
  return { routes: bindDoors(doors, { traces: new TraceReader(needs) }), problems: PROBLEMS };
}
