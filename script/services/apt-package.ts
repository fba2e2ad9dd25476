import { cp, mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Host } from "./host.ts";
import { lookUpPath, run } from "./program.ts";

const UPDATE_TIMEOUT_MS = 300_000;
const DOWNLOAD_TIMEOUT_MS = 300_000;
const UNPACK_TIMEOUT_MS = 120_000;

/**
 * Installs a Debian package without asking anything.
 *
 * @throws Error with the reason, if this system has no apt-get or the user is not root
 */
export async function installAptPackage(host: Host, name: string): Promise<void> {
  if ((await lookUpPath(host, ["apt-get"])) === undefined) throw new Error("apt-get is not on the PATH");
  if (!host.isRoot) throw new Error(`installing ${name} needs root, and this user is not root`);
  const quiet = { ...host, env: { ...host.env, DEBIAN_FRONTEND: "noninteractive" } };
  host.say(`Installing the Debian package ${name} with apt-get`);
  await run(quiet, "apt-get", ["update", "--quiet"], { timeoutMs: UPDATE_TIMEOUT_MS });
  // Another installation may be running; apt-get alone would give up at once.
  const patience = ["--option", "DPkg::Lock::Timeout=300"];
  const install = ["install", ...patience, "--yes", "--quiet", "--no-install-recommends", name];
  await run(quiet, "apt-get", install, { timeoutMs: 600_000 });
}

/**
 * Puts the programs of a Debian package into a folder, without installing the package: so no service of it is started, now or
 * at the next boot, and no other package is needed. Without root it works if somebody has updated apt-get's lists.
 *
 * @param folder is created; the programs have there the names that they have in /usr/bin
 * @param fixed absolute paths of files or folders that a program looks for only there; needs root
 * @throws Error with the reason, if this system has no apt-get, or the package can't be downloaded
 */
export async function unpackAptPackage(
  host: Host,
  name: string,
  { folder, fixed = [] }: { folder: string; fixed?: readonly string[] },
): Promise<void> {
  if ((await lookUpPath(host, ["apt-get"])) === undefined) throw new Error("apt-get is not on the PATH");
  await mkdir(folder, { recursive: true });
  // In the same folder, because a rename is atomic only within one file system.
  const unpacked = await mkdtemp(join(folder, ".package-"));
  try {
    host.say(`Downloading the Debian package ${name} with apt-get`);
    if (host.isRoot) await run(host, "apt-get", ["update", "--quiet"], { timeoutMs: UPDATE_TIMEOUT_MS });
    const download = { timeoutMs: DOWNLOAD_TIMEOUT_MS, folder: unpacked };
    await run(host, "apt-get", ["download", "--quiet", name], download);
    const file = (await readdir(unpacked)).find((each) => each.endsWith(".deb"));
    if (file === undefined)
      throw new Error(`apt-get reported that it downloaded ${name}, but left no package`);
    const extract = ["--extract", join(unpacked, file), unpacked];
    await run(host, "dpkg-deb", extract, { timeoutMs: UNPACK_TIMEOUT_MS });
    for (const path of fixed) {
      await mkdir(dirname(path), { recursive: true });
      await cp(join(unpacked, path), path, { recursive: true });
    }
    const programs = join(unpacked, "usr/bin");
    for (const each of await readdir(programs)) await rename(join(programs, each), join(folder, each));
  } finally {
    await rm(unpacked, { recursive: true, force: true });
  }
}
