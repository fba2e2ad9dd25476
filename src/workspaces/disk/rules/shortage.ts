import type { Refusal } from "../../../errors.ts";
import type { Space } from "../usage.ts";
import type { ReliefCandidate, ReliefFacts } from "../relief-facts.ts";

/** What is missing to the low mark after everything that may be removed, and what people can do about it. */
export interface Shortage {
  readonly missing: Space;
  readonly wouldHelp: readonly Refusal[];
}

const MEBIBYTE = 1024 * 1024;
/** If workspaces have less of what is used, something else fills the disk. */
const OWN_PART_MIN = 0.5;

/** Why the low mark can't be reached, each cause with the space behind it, the greatest first. */
export function shortageOf(missing: Space, facts: ReliefFacts): Shortage {
  const { workspaces, archive } = facts;
  const idle = workspaces.filter(({ isBusy }) => !isBusy);
  const work = idle.filter(({ isFinished, answer }) => isFinished && answer === "work");
  const causes = [
    cause(
      "disk_in_use",
      workspaces.filter(({ isBusy }) => isBusy),
      {
        are: "are in use",
        remedy:
          "They are removed after their agents have finished. `GET /api/v1/workspaces` names who uses them.",
      },
    ),
    cause(
      "disk_unfinished",
      idle.filter(({ isFinished }) => !isFinished),
      {
        are: "belong to projects that have not ended",
        remedy: "Merge or close their pull requests, or cancel the projects that nobody needs.",
      },
    ),
    cause(
      "disk_unreadable_work",
      idle.filter(({ answer, isFinished }) => isFinished && answer === "unreadable"),
      {
        are: "can't be read, so nobody knows whether they hold work",
        remedy: "`GET /api/v1/workspaces` has the reason and the remedy of each.",
      },
    ),
    archive === null
      ? cause("disk_no_archive", work, {
          are: "hold work that is nowhere else",
          remedy: "Set WORKSPACE_ARCHIVE to a folder on another disk, or push the work.",
        })
      : cause("disk_archive_on_same_disk", archive.isSameDisk ? work.filter(keepsItsSize) : [], {
          are: "hold work whose archive would fill this disk again",
          remedy: "Set WORKSPACE_ARCHIVE to a folder on another disk.",
        }),
  ];
  const found = causes.flatMap((one) => one ?? []).sort((one, other) => other.bytes - one.bytes);
  const others = somethingElse(facts);
  return { missing, wouldHelp: [...found.map(({ refusal }) => refusal), ...(others ? [others] : [])] };
}

function cause(
  code: string,
  workspaces: readonly ReliefCandidate[],
  { are, remedy }: { readonly are: string; readonly remedy: string },
): { readonly refusal: Refusal; readonly bytes: number } | null {
  if (workspaces.length === 0) return null;
  const bytes = sum(workspaces, "bytes");
  const inodes = sum(workspaces, "inodes");
  const reason = `${workspaces.length} workspaces with ${Math.ceil(bytes / MEBIBYTE)} MiB in ${inodes} files ${are}.`;
  return { refusal: { code, reason, remedy }, bytes };
}

function somethingElse({ usage, workspaces }: ReliefFacts): Refusal | null {
  const { used } = usage.bytes;
  const own = sum(workspaces, "bytes");
  if (own >= used * OWN_PART_MIN) return null;
  return {
    code: "disk_filled_by_others",
    reason: `Workspaces have only ${Math.ceil(own / MEBIBYTE)} of the ${Math.ceil(used / MEBIBYTE)} MiB that are used on their disk.`,
    remedy:
      "`du --one-file-system` shows what else is there. Give WORKSPACE_ROOT a disk of its own, or a larger one.",
  };
}

function keepsItsSize({ size, archiveSize }: ReliefCandidate): boolean {
  return archiveSize === null || archiveSize.bytes >= size.bytes;
}

function sum(workspaces: readonly ReliefCandidate[], of: keyof Space): number {
  return workspaces.reduce((total, { size }) => total + size[of], 0);
}
