/**
 * What script/bootstrap runs once the packages are installed: makes sure that MongoDB, Redis and, if asked for,
 * a browser, Prometheus and Alertmanager can be used, and prints which. Exits 69 (EX_UNAVAILABLE) with reasons and remedies if one can't.
 */
import { OrbError } from "../../src/errors.ts";
import { findChromium } from "./browser-provider.ts";
import { currentHost } from "./host.ts";
import { findMongod } from "./mongod-provider.ts";
import { findMonitoringProgram, MONITORING_PROGRAMS } from "./monitoring-provider.ts";
import type { Program } from "./program.ts";
import { requireRedis } from "./redis-connection.ts";
import { findRedisServer } from "./redis-provider.ts";
import { requireReplicaSet } from "./replica-set.ts";

const options = new Set(process.argv.slice(2));
const host = currentHost();

/** A configured server must answer; otherwise a program to start one must exist. */
async function provideMongo(uri: string | undefined): Promise<string> {
  if (uri === undefined) return described(await findMongod(host));
  await requireReplicaSet(uri);
  return "the server of MONGODB_URI";
}

async function provideRedis(url: string | undefined): Promise<string> {
  if (url === undefined) return described(await findRedisServer(host));
  await requireRedis(url);
  return "the server of REDIS_URL";
}

function described({ version, source, path }: Program): string {
  return `${version}, from ${source} (${path})`;
}

try {
  // One after the other, because two runs of apt-get exclude each other.
  const found = [`Node.js ${process.versions.node}`];
  found.push(`MongoDB ${await provideMongo(host.env["MONGODB_URI"])}`);
  found.push(`Redis ${await provideRedis(host.env["REDIS_URL"])}`);
  if (options.has("--with-browser")) found.push(`Chromium ${described(await findChromium(host))}`);
  if (options.has("--with-monitoring")) {
    for (const name of MONITORING_PROGRAMS) {
      found.push(`${name} ${described(await findMonitoringProgram(host, name))}`);
    }
  }
  if (!options.has("--quiet")) host.say(found.join("\n"));
} catch (error) {
  if (!(error instanceof OrbError)) throw error;
  host.say(`${error.message}\n${error.remedy}`);
  process.exitCode = 69;
}
