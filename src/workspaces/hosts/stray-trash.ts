import type { WorkspaceTelemetry } from "../../telemetry/workspaces.ts";
import type { CleanupStore } from "../cleanups/store.ts";
import { readTrash } from "../removal/trash.ts";
import type { HostStore } from "../record/host-store.ts";
import type { ThisHost } from "../this-host.ts";

interface Deps {
  readonly thisHost: ThisHost;
  readonly cleanupStore: CleanupStore;
  readonly hosts: HostStore;
  readonly telemetry: WorkspaceTelemetry;
}

/** Reports entries of the trash that no clean-up knows, as after a lost database. They are kept: nobody can say what they are. */
export async function reportStrayTrash({ thisHost, cleanupStore, hosts, telemetry }: Deps): Promise<void> {
  const entries = await readTrash(await thisHost.open());
  if (entries.length === 0) return;
  const removals = await cleanupStore.removalsOf(thisHost.name);
  const known = new Set(removals.map(({ trashName }) => trashName));
  const cleared = (await hosts.find(thisHost.name))?.clearing?.removal.trashName;
  const isKnown = (name: string) => known.has(name) || name === cleared;
  const stray = entries.filter(({ name }) => !isKnown(name.toString("latin1")));
  const [oldest] = stray.map(({ since }) => since).toSorted((one, other) => one.getTime() - other.getTime());
  if (oldest) telemetry.strayTrash({ host: thisHost.name, count: stray.length, since: oldest });
}
