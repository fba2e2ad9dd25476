import { currentHost } from "./host.ts";
import { findRedisServer } from "./redis-provider.ts";
import { startSupervised, type RunningServer } from "./supervised-server.ts";

/**
 * Starts a Redis (or Valkey) server with 64 databases on 127.0.0.1 and waits until it accepts connections. It
 * stops with `stop()`, and when this process ends for any reason.
 *
 * - `dataDir` keeps the data in an append-only file; without it, nothing is written to disk.
 * - `port`: without it, any free one.
 *
 * @throws OrbError `service_program_missing` or `redis_start_failed`
 */
export async function startRedis({
  dataDir,
  port,
}: { dataDir?: string; port?: number } = {}): Promise<RunningServer> {
  const { path } = await findRedisServer(currentHost());
  const place = { ...(dataDir !== undefined && { dataDir }), ...(port !== undefined && { port }) };
  return startSupervised({ server: "redis", options: { binary: path, ...place } });
}
