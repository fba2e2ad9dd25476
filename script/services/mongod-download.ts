import { lookup } from "node:dns/promises";
import { setTimeout as delay } from "node:timers/promises";
import { MongoBinary } from "mongodb-memory-server-core";
import type { Host } from "./host.ts";
import { identify, type Program } from "./program.ts";

const DEFAULT_MIRROR = "https://fastdl.mongodb.org";
const LOOK_UP_TIMEOUT_MS = 2000;
const PROXY_VARIABLES = ["https_proxy", "http_proxy", "HTTPS_PROXY", "HTTP_PROXY"];

/**
 * The ordinary download of mongodb-memory-server, into `downloadDir` unless MONGOMS_DOWNLOAD_DIR says
 * otherwise. The library reads its own MONGOMS_* settings from this process's environment, whatever `host.env`
 * holds.
 */
export async function downloadMongod(host: Host, downloadDir: string, minimum: string): Promise<Program> {
  const source = "mongodb-memory-server's download";
  const existing = host.env["MONGOMS_SYSTEM_BINARY"];
  if (existing !== undefined)
    return identify(host, { path: existing, source: "MONGOMS_SYSTEM_BINARY", minimum });
  await requireMirror(host);
  host.say("Downloading MongoDB with mongodb-memory-server");
  const path = await MongoBinary.getPath({
    downloadDir: host.env["MONGOMS_DOWNLOAD_DIR"] ?? downloadDir,
  });
  return identify(host, { path, source, minimum });
}

/** The download retries for seven seconds if a name does not resolve; one look-up answers at once. */
async function requireMirror(host: Host): Promise<void> {
  // With a proxy, the proxy resolves names.
  if (PROXY_VARIABLES.some((name) => host.env[name] !== undefined)) return;
  const url = host.env["MONGOMS_DOWNLOAD_URL"] ?? host.env["MONGOMS_DOWNLOAD_MIRROR"] ?? DEFAULT_MIRROR;
  const { hostname } = new URL(url);
  const patience = new AbortController();
  const timeout = delay(LOOK_UP_TIMEOUT_MS, undefined, { signal: patience.signal }).then(() => {
    throw new Error(`looking up ${hostname} took longer than ${LOOK_UP_TIMEOUT_MS} ms`);
  });
  try {
    await Promise.race([lookup(hostname), timeout]);
  } catch (error) {
    throw new Error(`${hostname} can't be reached from here (${String(error)})`, { cause: error });
  } finally {
    patience.abort();
    await timeout.catch(() => undefined);
  }
}
