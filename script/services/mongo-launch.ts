import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { MongoMemoryServer } from "mongodb-memory-server-core";
import { OrbError } from "../../src/errors.ts";
import type { LaunchedServer } from "./launched-program.ts";
import { REPLICA_SET, formReplicaSet } from "./replica-set.ts";

const LAUNCH_TIMEOUT_MS = 60_000;
/**
 * By default each mongod would take half of the machine's memory, keep up to a twentieth of the disk, and collect all its figures
 * each second, for a person who examines a failure later.
 */
const SPARING = [
  ["--wiredTigerCacheSizeGB", "0.5"],
  ["--oplogSize", "512"],
  ["--setParameter", "diagnosticDataCollectionEnabled=false"],
].flat();
/** mongod allows itself a minute; ours take milliseconds. */
const TRANSACTION_LIFETIME_SECONDS = 5;

/** The options of one replica set. */
export interface MongoLaunch {
  readonly binary: string;
  readonly version: string;
  /** Kept when the server stops. Without it, each member has a temporary folder, which is deleted when it stops. */
  readonly dataDir?: string;
  /** Of the only member. Without it, any free port. */
  readonly port?: number;
  readonly members: 1 | 3;
  /** Whether to use as little memory and disk as tests need. Otherwise mongod uses its defaults. */
  readonly sparing: boolean;
}

/** Launches a replica set and waits until it has a primary. */
export async function launchMongo(launch: MongoLaunch): Promise<LaunchedServer> {
  const folders = await dataFolders(launch);
  const servers = folders.map((dbPath) => member(launch, dbPath));
  async function stop(): Promise<void> {
    const temporary = launch.dataDir === undefined;
    await Promise.all(servers.map((server) => server.stop({ doCleanup: temporary, force: temporary })));
  }
  try {
    await Promise.all(servers.map((server) => server.start(launch.port !== undefined)));
    const uri = await formReplicaSet(servers.map(address));
    return { uri, pids: servers.map(pidOf), stop };
  } catch (error) {
    await stop();
    throw refusal(error);
  }
}

async function dataFolders({ dataDir, members }: MongoLaunch): Promise<(string | undefined)[]> {
  if (dataDir === undefined) return Array.from({ length: members }, () => undefined);
  const folders = Array.from({ length: members }, (_, index) => join(dataDir, `member-${index}`));
  await Promise.all(folders.map((folder) => mkdir(folder, { recursive: true })));
  return folders;
}

/** One member, not started yet, of a set that is still to be formed or joined again. */
export function member(
  { binary, version, port, sparing }: Omit<MongoLaunch, "dataDir" | "members">,
  dbPath: string | undefined,
): MongoMemoryServer {
  const args = sparing ? [...SPARING] : [];
  // If a process is killed, its transaction stays open, and its writes stay locked, for this long.
  args.push("--setParameter", `transactionLifetimeLimitSeconds=${TRANSACTION_LIFETIME_SECONDS}`);
  // The socket would be a file in /tmp that remains after a kill -9.
  args.push("--nounixsocket");
  return new MongoMemoryServer({
    binary: { systemBinary: binary, version },
    instance: {
      ip: "127.0.0.1",
      replSet: REPLICA_SET,
      storageEngine: "wiredTiger",
      launchTimeout: LAUNCH_TIMEOUT_MS,
      args,
      ...(port !== undefined && { port }),
      ...(dbPath !== undefined && { dbPath }),
    },
  });
}

function address(server: MongoMemoryServer): string {
  return `127.0.0.1:${server.instanceInfo?.port}`;
}

function pidOf(server: MongoMemoryServer): number {
  const pid = server.instanceInfo?.instance.mongodProcess?.pid;
  if (pid === undefined) throw new Error(`the mongod at ${address(server)} exited during set-up`);
  return pid;
}

function refusal(cause: unknown): OrbError {
  return new OrbError({
    code: "mongo_start_failed",
    reason: `MongoDB did not start: ${cause instanceof Error ? cause.message : String(cause)}`,
    remedy:
      "Free the port or the data folder (another mongod may hold it), or set MONGODB_URI to a running replica set.",
  });
}
