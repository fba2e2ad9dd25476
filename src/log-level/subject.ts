import type { Database } from "../mongo/database.ts";
import { bindDoors, type Door, type Subject } from "../subject.ts";
import { LogTelemetry } from "../telemetry/log.ts";
import type { Instruments } from "../telemetry/part.ts";
import { LevelInForce } from "./level-in-force.ts";
import { LOG_LEVEL_COLLECTION, LogLevelStore } from "./store.ts";

/** The parts that the routes use. */
export interface LogLevelParts {
  readonly store: LogLevelStore;
  readonly telemetry: LogTelemetry;
  /** Brings what is stored into force in this process. */
  readonly bringIntoForce: () => Promise<void>;
  readonly now: () => Date;
}

interface Needs {
  readonly database: Database;
  readonly doors: readonly Door<LogLevelParts>[];
  readonly instruments: Instruments;
  readonly now: () => Date;
}

/** How much all processes log, changed while they run. It ends by itself, so that nobody can forget `debug`. */
export function logLevel({ database, doors, instruments, now }: Needs): Subject {
  const telemetry = new LogTelemetry(instruments);
  const store = new LogLevelStore(database);
  const held = new LevelInForce({ store, telemetry, now });
  const bringIntoForce = () => held.read();
  return {
    routes: bindDoors(doors, { store, telemetry, bringIntoForce, now }),
    // It is also called once the feed opens, so at the start of every process.
    hears: [
      { collection: LOG_LEVEL_COLLECTION, orChanged: ["changedAt"], listener: () => void bringIntoForce() },
    ],
    stop: async () => held.stop(),
  };
}
