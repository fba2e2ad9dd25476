import type { Database } from "../mongo/database.ts";
import { bindDoors, type Door, type Subject } from "../subject.ts";
import { AuditStore } from "./store.ts";

interface Needs {
  readonly database: Database;
  readonly doors: readonly Door<AuditStore>[];
}

export interface AuditSubject extends Subject {
  readonly store: AuditStore;
}

/** Who changed what, when, from where and why. The HTTP server stores it; this subject keeps and lists it. */
export function audit({ database, doors }: Needs): AuditSubject {
  const store = new AuditStore(database);
  return { store, routes: bindDoors(doors, store) };
}
