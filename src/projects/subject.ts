import type { Database } from "../mongo/database.ts";
import type { OutboxStore } from "../outbox/store.ts";
import type { Subject } from "../subject.ts";
import type { Instruments } from "../telemetry/part.ts";
import { ProjectTelemetry } from "../telemetry/projects.ts";
import { Projects } from "./record.ts";
import { ProjectStore } from "./store.ts";

interface Needs {
  readonly database: Database;
  readonly outbox: OutboxStore;
  readonly instruments: Instruments;
  readonly now: () => Date;
}

interface ProjectsSubject extends Subject {
  readonly projects: Projects;
  readonly store: ProjectStore;
}

/** Projects and their status. */
export function projects({ database, outbox, instruments, now }: Needs): ProjectsSubject {
  const telemetry = new ProjectTelemetry(instruments);
  const store = new ProjectStore(database);
  const records = new Projects({ store, outbox, telemetry, now });
  return {
    projects: records,
    store,
    onSignal: (signal, { transaction }) => records.recordSignal(signal, transaction),
    count: async () => telemetry.counted(await store.countByStatusAndPhase()),
  };
}
