import { createHash } from "node:crypto";
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { installAptPackage } from "./apt-package.ts";
import type { Host } from "./host.ts";
import { identify, type Program, run } from "./program.ts";

/** Every package with its version and the hashes of its files. */
const REQUIREMENTS = fileURLToPath(new URL("schemathesis.txt", import.meta.url));
const MINIMUM = "4.0.0";
const INSTALL_TIMEOUT_MS = 300_000;

/**
 * Finds schemathesis in the cache folder, or installs it there with pip, which refuses any file whose hash is not in
 * `schemathesis.txt` (https://pip.pypa.io/en/stable/topics/secure-installs/). The folder is named by the hash of that list, so a new
 * list is a new installation.
 *
 * @throws Error with the reason, if Python 3 is missing, its module venv can't be installed, or the package index does not answer
 */
export async function provideSchemathesis(host: Host): Promise<Program> {
  const list = await readFile(REQUIREMENTS);
  const version = createHash("sha256").update(list).digest("hex").slice(0, 12);
  const parent = join(host.cacheDir, "schemathesis");
  const home = join(parent, version);
  const cached = () =>
    identify(host, { path: join(home, "bin", "st"), source: "the cache", minimum: MINIMUM });
  return cached().catch(async () => {
    await mkdir(parent, { recursive: true });
    await install(host, home);
    return cached();
  });
}

/** The scripts of a virtual environment have its path in them, so it is made in its place, and removed if it is not whole. */
async function install(host: Host, home: string): Promise<void> {
  await rm(home, { recursive: true, force: true });
  try {
    await makeEnvironment(host, home);
    host.say("Installing schemathesis from the Python package index");
    const options = ["--quiet", "--disable-pip-version-check", "--only-binary=:all:", "--require-hashes"];
    const pip = ["-m", "pip", "install", ...options, "--requirement", REQUIREMENTS];
    await run(host, join(home, "bin", "python"), pip, { timeoutMs: INSTALL_TIMEOUT_MS });
  } catch (error) {
    await rm(home, { recursive: true, force: true });
    throw error;
  }
}

/** Debian has the module in a package of its own. */
async function makeEnvironment(host: Host, home: string): Promise<void> {
  const make = () => run(host, "python3", ["-m", "venv", home], { timeoutMs: INSTALL_TIMEOUT_MS });
  try {
    await make();
  } catch {
    await installAptPackage(host, "python3-venv");
    await rm(home, { recursive: true, force: true });
    await make();
  }
}
