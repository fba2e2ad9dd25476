import type { Host } from "./host.ts";
import { lookUpPath, run } from "./program.ts";

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
  await run(quiet, "apt-get", ["update", "--quiet"], { timeoutMs: 300_000 });
  // Another installation may be running; apt-get alone would give up at once.
  const patience = ["--option", "DPkg::Lock::Timeout=300"];
  const install = ["install", ...patience, "--yes", "--quiet", "--no-install-recommends", name];
  await run(quiet, "apt-get", install, { timeoutMs: 600_000 });
}
