import { currentHost } from "./host.ts";
import { findMongod } from "./mongod-provider.ts";
import { startSupervised, type RunningServer } from "./supervised-server.ts";

/**
 * Starts a MongoDB replica set (WiredTiger) on 127.0.0.1 and waits for its primary. The set stops with
 * `stop()`, and when this process ends for any reason.
 *
 * - `dataDir` keeps the data; without it, they are in temporary folders that are deleted at the end.
 * - `port` is the port of a single member; without it, any free one.
 * - `members` is 1 by default.
 * - `sparing`, the default, uses as little memory and disk as tests need.
 *
 * @throws OrbError `service_program_missing` or `mongo_start_failed`
 */
export async function startMongo({
  dataDir,
  port,
  members = 1,
  sparing = true,
}: { dataDir?: string; port?: number; members?: 1 | 3; sparing?: boolean } = {}): Promise<RunningServer> {
  if (port !== undefined && members !== 1)
    throw new RangeError("a port can be chosen only for a single member");
  const { path, version } = await findMongod(currentHost());
  const place = { ...(dataDir !== undefined && { dataDir }), ...(port !== undefined && { port }) };
  return startSupervised({ server: "mongo", options: { binary: path, version, members, sparing, ...place } });
}
