import { fine, type Finding, type HealthCheck } from "../../health/check.ts";
import { down, storedHealth } from "../../health/stored-health.ts";
import type { Refusal } from "../../errors.ts";
import type { HostStore, StoredHost } from "../record/host-store.ts";

/** With more hosts, the first ones by name are looked at: an answer stays small. */
const HOSTS_MAX = 500;
/** How many hosts a reason names. */
const NAMED_MAX = 5;

/** The disks of the workspaces, as the workers of their hosts reported them. Full ones keep no process from serving. */
export function diskHealth(
  hosts: Pick<HostStore, "list">,
  { everyMs }: { readonly everyMs: number },
): HealthCheck {
  return storedHealth({
    name: "disk",
    everyMs,
    unknown: "It can't be read how full the disks of the workspaces are.",
    ask: async () => findingOf(await hosts.list({ after: null, limit: HOSTS_MAX })),
  });
}

function findingOf(hosts: readonly StoredHost[]): Finding {
  const fullest = Math.max(0, ...hosts.map(({ usage }) => usage?.bytes.usedPercent ?? 0));
  const facts = { hosts: hosts.length, fullestPercent: Math.round(fullest) };
  const full = hosts.filter(({ pressureSince }) => pressureSince !== null).map(({ _id }) => _id);
  if (full.length > 0) return down(diskProblem("disk_full", `too full: ${named(full)}`), facts);
  const unreadable = hosts.filter(({ problem }) => problem !== null).map(({ _id }) => _id);
  if (unreadable.length > 0)
    return down(diskProblem("disk_unreadable", `not readable: ${named(unreadable)}`), facts);
  return fine(facts);
}

function diskProblem(code: string, what: string): Refusal {
  return {
    code,
    reason: `The disks of these hosts are ${what}.`,
    remedy: "GET /api/v1/disk says for each host what is wrong, and what the bot does about it.",
  };
}

function named(hosts: readonly string[]): string {
  const more = hosts.length - NAMED_MAX;
  return hosts.slice(0, NAMED_MAX).join(", ") + (more > 0 ? ` and ${more} more` : "");
}
