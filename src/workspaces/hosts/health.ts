import { fine, type Finding, type HealthCheck } from "../../health/check.ts";
import type { HostStore, StoredHost } from "../record/host-store.ts";

const WITHIN_MS = 2_000;
/** With more hosts, the first ones by name are looked at: an answer stays small. */
const HOSTS_MAX = 500;
/** How many hosts a reason names. */
const NAMED_MAX = 5;

/** The disks of the workspaces, as the workers of their hosts reported them. Full ones keep no process from serving. */
export function diskHealth(
  hosts: Pick<HostStore, "list">,
  { everyMs }: { readonly everyMs: number },
): HealthCheck {
  return {
    name: "disk",
    everyMs,
    withinMs: WITHIN_MS,
    failed: {
      up: false,
      blocks: false,
      facts: {},
      problem: {
        code: "disk_unknown",
        reason: "It can't be read how full the disks of the workspaces are.",
        remedy: "Check that MongoDB is running and can be reached from here. The bot continues by itself.",
      },
    },
    ask: async () => findingOf(await hosts.list({ after: null, limit: HOSTS_MAX })),
  };
}

function findingOf(hosts: readonly StoredHost[]): Finding {
  const fullest = Math.max(0, ...hosts.map(({ usage }) => usage?.bytes.usedPercent ?? 0));
  const facts = { hosts: hosts.length, fullestPercent: Math.round(fullest) };
  const full = hosts.filter(({ pressureSince }) => pressureSince !== null).map(({ _id }) => _id);
  if (full.length > 0) return down(facts, "disk_full", `too full: ${named(full)}`);
  const unreadable = hosts.filter(({ problem }) => problem !== null).map(({ _id }) => _id);
  if (unreadable.length > 0) return down(facts, "disk_unreadable", `not readable: ${named(unreadable)}`);
  return fine(facts);
}

function down(facts: Finding["facts"], code: string, what: string): Finding {
  const problem = {
    code,
    reason: `The disks of these hosts are ${what}.`,
    remedy: "GET /api/v1/disk says for each host what is wrong, and what the bot does about it.",
  };
  return { up: false, blocks: false, problem, facts };
}

function named(hosts: readonly string[]): string {
  const more = hosts.length - NAMED_MAX;
  return hosts.slice(0, NAMED_MAX).join(", ") + (more > 0 ? ` and ${more} more` : "");
}
