import { access } from "node:fs/promises";
import { join } from "node:path";
import { unpackAptPackage } from "./apt-package.ts";
import type { Host } from "./host.ts";
import { identify, lookUpPath, type Program } from "./program.ts";
import { search } from "./search.ts";

interface AptPackage {
  readonly name: string;
  /** What its programs look for only where Debian puts it. */
  readonly fixed: readonly string[];
  /** The version in Debian 12, and the least that is needed. */
  readonly version: string;
}

interface Wanted {
  /** Upstream's name, and Debian's if that differs. */
  readonly names: readonly string[];
  readonly from: AptPackage;
}

const PROMETHEUS: AptPackage = { name: "prometheus", version: "2.42.0", fixed: [] };
const ALERTMANAGER: AptPackage = {
  name: "prometheus-alertmanager",
  version: "0.25.0",
  fixed: ["/usr/share/prometheus/alertmanager"],
};

const PROGRAMS = {
  prometheus: { names: ["prometheus"], from: PROMETHEUS },
  promtool: { names: ["promtool"], from: PROMETHEUS },
  alertmanager: { names: ["alertmanager", "prometheus-alertmanager"], from: ALERTMANAGER },
  amtool: { names: ["amtool"], from: ALERTMANAGER },
} as const satisfies Record<string, Wanted>;

/** A server or a checker of Prometheus or Alertmanager. */
export type MonitoringProgram = keyof typeof PROGRAMS;

/** All of them. */
export const MONITORING_PROGRAMS = Object.keys(PROGRAMS) as MonitoringProgram[];

const REMEDY = [
  "Do one of these and run the command again:",
  "  Debian: apt-get install prometheus prometheus-alertmanager",
  "  macOS: brew install prometheus alertmanager",
  "  elsewhere: put prometheus, promtool, alertmanager and amtool of https://prometheus.io/download/ on the PATH",
].join("\n");

/**
 * Finds a program of Prometheus 2.42 or Alertmanager 0.25, or newer: on the PATH, kept from an earlier run, or taken out of
 * its Debian package. The package is not installed, because Debian would then start it on each boot, at a port that is open to
 * all networks.
 *
 * @throws OrbError `service_program_missing`, with the answer of each place
 */
export function findMonitoringProgram(host: Host, program: MonitoringProgram): Promise<Program> {
  const { names, from }: Wanted = PROGRAMS[program];
  const folder = join(host.cacheDir, from.name);

  async function lookUp(path: string, source: string): Promise<Program> {
    const found = await lookUpPath({ ...host, env: { PATH: path } }, names);
    if (found === undefined) throw new Error("not found");
    return identify(host, { path: found, source, minimum: from.version });
  }
  async function kept(): Promise<Program> {
    for (const path of from.fixed) await access(path);
    return lookUp(folder, "an earlier run");
  }
  async function unpacked(): Promise<Program> {
    await unpackAptPackage(host, from.name, { folder, fixed: from.fixed });
    return lookUp(folder, `the Debian package ${from.name}`);
  }
  return search({ name: names.join(" or "), remedy: REMEDY }, [
    { name: `${names.join(" or ")} on the PATH`, find: () => lookUp(host.env["PATH"] ?? "", "the PATH") },
    { name: "kept from an earlier run", find: kept },
    { name: `Debian package ${from.name}`, find: unpacked },
  ]);
}
