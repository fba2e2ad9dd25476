import type { Database } from "../mongo/database.ts";
import { bindDoors, type Door, type Subject } from "../subject.ts";
import type { Apart } from "../work/apart/apart.ts";
import { SettingsInForce } from "./in-force.ts";
import { SettingsStore } from "./store.ts";

/** The part that the route uses. */
export interface SettingsParts {
  readonly apart: Apart;
}

interface Needs {
  readonly database: Database;
  readonly apart: Apart;
  readonly doors: readonly Door<SettingsParts>[];
  readonly now: () => Date;
}

interface RepositorySettings extends Subject {
  readonly settings: SettingsInForce;
}

/** The settings of repositories and their owners, from `.github/orb.yml`. */
export function repositorySettings({ database, apart, doors, now }: Needs): RepositorySettings {
  return {
    settings: new SettingsInForce({ store: new SettingsStore(database), apart, now }),
    routes: bindDoors(doors, { apart }),
  };
}
