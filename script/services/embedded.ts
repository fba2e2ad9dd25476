import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ConnectionString } from "mongodb-connection-string-url";
import { isOwned } from "./data-folder.ts";
import { startMongo } from "./mongo-server.ts";
import { startRedis } from "./redis-server.ts";

/** The addresses of the bot's stores. */
export interface StoreAddresses {
  readonly MONGODB_URI?: string;
  readonly REDIS_URL?: string;
}

/** The servers that were started because their addresses were missing. */
export interface EmbeddedStores extends AsyncDisposable {
  /** Their addresses; empty for a store that was configured. */
  readonly addresses: StoreAddresses;
}

/**
 * Starts a server for each address that `configured` lacks, with its data under `dataDir`, and reports it
 * through `say`. The servers stop when they are disposed of, or when this process ends.
 *
 * @throws OrbError `service_program_missing`, `data_folder_in_use`, `mongo_start_failed` or
 * `redis_start_failed`
 */
export async function startMissingStores(
  configured: StoreAddresses,
  { dataDir, say }: { dataDir: string; say: (line: string) => void },
): Promise<EmbeddedStores> {
  const [mongodb, redis] = await Promise.all([
    configured.MONGODB_URI === undefined ? startMongo({ dataDir: `${dataDir}/mongodb` }) : undefined,
    configured.REDIS_URL === undefined ? startRedis({ dataDir: `${dataDir}/redis` }) : undefined,
  ]);
  const addresses: { MONGODB_URI?: string; REDIS_URL?: string } = {};
  if (mongodb !== undefined) {
    const uri = new ConnectionString(mongodb.uri);
    uri.pathname = "/orb-bot";
    addresses.MONGODB_URI = uri.toString();
    await writeFile(addressFile(dataDir), addresses.MONGODB_URI);
    say(
      `MONGODB_URI is unset: an embedded MongoDB serves ${addresses.MONGODB_URI}, with its data in ${dataDir}/mongodb`,
    );
  }
  if (redis !== undefined) {
    addresses.REDIS_URL = redis.uri;
    say(`REDIS_URL is unset: an embedded Redis serves ${redis.uri}, with its data in ${dataDir}/redis`);
  }
  async function dispose(): Promise<void> {
    if (mongodb !== undefined) await rm(addressFile(dataDir), { force: true });
    await Promise.all([mongodb?.stop(), redis?.stop()]);
  }
  return { addresses, [Symbol.asyncDispose]: dispose };
}

/** @returns the address of the MongoDB that a running `script/server` has started on this folder; `null` if there is none */
export async function runningMongo(dataDir: string): Promise<string | null> {
  if (!(await isOwned(`${dataDir}/mongodb`))) return null;
  return readFile(addressFile(dataDir), "utf8").catch(() => null);
}

function addressFile(dataDir: string): string {
  return join(dataDir, "mongodb", "address");
}
