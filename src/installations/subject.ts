import type { Job } from "../agenda/clock.ts";
import { retentionJob } from "../agenda/retention-job.ts";
import type { Database } from "../mongo/database.ts";
import { OldDocuments } from "../mongo/old-documents.ts";
import type { Subject } from "../subject.ts";
import { InstallationTelemetry } from "../telemetry/installations.ts";
import type { Instruments } from "../telemetry/part.ts";
import { InstallationStore, type StoredInstallation } from "./installation-store.ts";
import { Installations } from "./installations.ts";
import type { StoredRepository } from "./repository.ts";
import { RepositoryStore } from "./repository-store.ts";

/**
 * Deleted installations and repositories that the App can't reach stay for so long, so that a late delivery does not bring them
 * back. A delivery can be replayed for thirty days.
 */
const LEFT_KEPT_DAYS = 90;

interface Needs {
  readonly database: Database;
  readonly instruments: Instruments;
  readonly now: () => Date;
}

interface InstallationsSubject extends Subject {
  readonly installations: Installations;
  readonly installationStore: InstallationStore;
  readonly repositoryStore: RepositoryStore;
}

/** Where the App is installed, with which permissions, and the names of repositories. */
export function installations({ database, instruments, now }: Needs): InstallationsSubject {
  const telemetry = new InstallationTelemetry(instruments);
  const installationStore = new InstallationStore(database);
  const repositoryStore = new RepositoryStore(database);
  return {
    installationStore,
    repositoryStore,
    installations: new Installations({ installationStore, repositoryStore, telemetry }),
    jobs: [retentionOf({ installationStore, repositoryStore, telemetry, now })],
  };
}

function retentionOf({
  installationStore,
  repositoryStore,
  telemetry,
  now,
}: {
  installationStore: InstallationStore;
  repositoryStore: RepositoryStore;
  telemetry: InstallationTelemetry;
  now: () => Date;
}): Job {
  const deleted = new OldDocuments<StoredInstallation, number>({
    model: installationStore.model,
    where: { deleted: true },
    at: "toldAt",
  });
  const unreachable = new OldDocuments<StoredRepository, number>({
    model: repositoryStore.model,
    where: { reachable: false },
    at: "toldAt",
  });
  const remove = async (before: Date) => {
    const [left, repositories] = [await deleted.remove(before), await unreachable.remove(before)];
    telemetry.removed({ installations: left.removed, repositories: repositories.removed });
    return [left, repositories];
  };
  return retentionJob("installation-retention", { days: LEFT_KEPT_DAYS, now, remove });
}
