import type { Database } from "../mongo/database.ts";
import { bindDoors, type Door, type Subject } from "../subject.ts";
import { SettingsInForce } from "./in-force.ts";
import { SettingsStore } from "./store.ts";

interface Needs {
  readonly database: Database;
  readonly doors: readonly Door<void>[];
  readonly now: () => Date;
}

interface RepositorySettings extends Subject {
  readonly settings: SettingsInForce;
}

/** The settings of repositories and their owners, from `.github/orb.yml`. */
export function repositorySettings({ database, doors, now }: Needs): RepositorySettings {
  return {
    settings: new SettingsInForce({ store: new SettingsStore(database), now }),
    routes: bindDoors(doors, undefined),
  };
}
