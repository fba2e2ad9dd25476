import type { ReliefCandidate } from "../../disk/relief-facts.ts";
import { ARCHIVABLE } from "../../keep/rules/keep-code.ts";
import { holding } from "../../record/rules/leases.ts";
import type { StoredWorkspace } from "../../record/workspace.ts";

const NOTHING = { bytes: 0, inodes: 0 };
/** Without a sign of work for so long, nobody waits for a build. What is removed can be made again, but that takes an agent's time. */
export const IDLE_MS = 30 * 60_000;

/**
 * What a full disk may do about a workspace, from its record alone. What a clean-up has found there counts; nobody has looked into
 * the others yet, and their own clean-up does so before it removes anything.
 */
export function reliefCandidate(workspace: StoredWorkspace, now: Date): ReliefCandidate {
  const { _id: id, size, lastActiveAt, leases, status, kept, dueAt } = workspace;
  const found = kept.filter(({ by }) => by === "cleanup");
  // Any other reason says that it can't go, or that nobody knows.
  const hasWork = found.some(({ code }) => ARCHIVABLE.has(code));
  const isBlocked = found.some(({ code }) => !ARCHIVABLE.has(code));
  const measured = size ? { bytes: size.bytes, inodes: size.inodes } : NOTHING;
  const isIdle = now.getTime() - lastActiveAt.getTime() >= IDLE_MS;
  return {
    id,
    size: measured,
    rebuildable: size && isIdle ? size.rebuildable : NOTHING,
    lastUsedAt: lastActiveAt,
    isBusy: holding(leases, now).length > 0 || status === "cleaning",
    isFinished: dueAt !== null,
    answer: isBlocked ? "unreadable" : hasWork ? "work" : "clean",
    archiveSize: size ? measured : null,
  };
}
