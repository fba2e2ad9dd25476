import type { Database } from "../mongo/database.ts";
import type { Subject } from "../subject.ts";
import { InstallationTelemetry } from "../telemetry/installations.ts";
import type { Instruments } from "../telemetry/part.ts";
import { InstallationStore } from "./installation-store.ts";
import { Installations } from "./installations.ts";
import { RepositoryStore } from "./repository-store.ts";

interface Needs {
  readonly database: Database;
  readonly instruments: Instruments;
}

interface InstallationsSubject extends Subject {
  readonly installations: Installations;
  readonly installationStore: InstallationStore;
  readonly repositoryStore: RepositoryStore;
}

/** Where the App is installed, with which permissions, and the names of repositories. */
export function installations({ database, instruments }: Needs): InstallationsSubject {
  const telemetry = new InstallationTelemetry(instruments);
  const installationStore = new InstallationStore(database);
  const repositoryStore = new RepositoryStore(database);
  return {
    installationStore,
    repositoryStore,
    installations: new Installations({ installationStore, repositoryStore, telemetry }),
  };
}
