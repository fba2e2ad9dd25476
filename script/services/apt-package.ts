import type { Host } from "./host.ts";
import { lookUpPath, run } from "./program.ts";

/**
 * Installs a Debian package, never asking anything.
 * Throws, saying why, where this is not Debian's kind of system or the user is not root.
 */
export async function installAptPackage(host: Host, name: string): Promise<void> {
  if ((await lookUpPath(host, ["apt-get"])) === undefined) throw new Error("there is no apt-get on the PATH");
  if (!host.isRoot) throw new Error(`installing ${name} takes root, and this user is not`);
  const quiet = { ...host, env: { ...host.env, DEBIAN_FRONTEND: "noninteractive" } };
  host.say(`Installing the Debian package ${name} with apt-get`);
  await run(quiet, "apt-get", ["update", "--quiet"], { timeoutMs: 300_000 });
  // Another installation may be going on; apt-get would give up at once.
  const patience = ["--option", "DPkg::Lock::Timeout=300"];
  const install = ["install", ...patience, "--yes", "--quiet", "--no-install-recommends", name];
  await run(quiet, "apt-get", install, { timeoutMs: 600_000 });
}
