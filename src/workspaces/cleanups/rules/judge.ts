import type { KeepReason } from "../../keep-reason.ts";
import type { Retention } from "../../retention/decide-retention.ts";
import type { RetentionCode } from "../../retention/rules/retention.ts";
import type { CleanupOrigin, Unpushed } from "../cleanup.ts";
import type { Findings } from "../hands.ts";

/** What follows before anybody looks into the folder. `off`: it is not due any more, so the clean-up ends. */
export type TimeVerdict =
  | { readonly verdict: "look" }
  | { readonly verdict: "later"; readonly at: Date; readonly because: string }
  | {
      readonly verdict: "keep";
      readonly reasons: readonly KeepReason[];
      /** When all of them will have ended; `null` if nobody knows. */
      readonly until: Date | null;
    }
  | { readonly verdict: "off"; readonly because: string };

/** What says that somebody uses a workspace now, or lives in it: nobody's word overcomes that. */
const IN_USE: ReadonlySet<string> = new Set<RetentionCode>([
  "leased",
  "phase_running",
  "recently_signalled",
  "cleanup_needs_it",
  "contains_workspace",
]);

/** Nobody knows yet how long it stays: that is no reason to call its clean-up off, nor to carry it out. */
const UNKNOWN_TIME: RetentionCode = "settings_unread";

interface TimeFacts {
  readonly origin: CleanupOrigin;
  /** What the rule of `retention/` says now. */
  readonly retention: Retention;
  /** Not before this time, whatever made it due. */
  readonly at: Date;
  readonly now: Date;
}

/**
 * Whether a workspace may be looked at with the aim to remove it. The bot itself waits for the time of the rule. A person and a
 * command need not, and a full disk waits only for the end of the work: but nobody removes what is in use.
 */
export function judgeTime({ origin, retention, at, now }: TimeFacts): TimeVerdict {
  if (at > now) return { verdict: "later", at, because: "It is scheduled for that time" };
  const { dueAt, reasons } = retention;
  const holding = origin === "disk" ? reasons : reasons.filter(({ code }) => IN_USE.has(code));
  if (holding.length > 0) return { verdict: "keep", reasons: holding, until: dueAt };
  if (origin !== "retention") return { verdict: "look" };
  if (reasons.some(({ code }) => code === UNKNOWN_TIME)) return { verdict: "keep", reasons, until: null };
  if (dueAt === null) return { verdict: "off", because: reasons[0]?.reason ?? "It is not due any more." };
  if (dueAt > now) return { verdict: "later", at: dueAt, because: retention.because };
  return { verdict: "look" };
}

/** What follows from what was found in the folder. */
export type FolderVerdict =
  | { readonly verdict: "go"; readonly mustArchive: boolean }
  | { readonly verdict: "keep"; readonly reasons: readonly KeepReason[] };

interface FolderFacts {
  readonly findings: Pick<Findings, "answer" | "work" | "obstacles" | "changedAt">;
  readonly unpushed: Unpushed;
  /** When that was said. */
  readonly saidAt: Date;
  readonly canArchive: boolean;
}

/**
 * Whether a folder may go. Three answers, not two: what could not be read is kept, whatever anybody asked for. Work that is
 * nowhere else is kept, archived or discarded, as the clean-up says.
 */
export function judgeFolder({ findings, unpushed, saidAt, canArchive }: FolderFacts): FolderVerdict {
  const { answer, work, obstacles, changedAt } = findings;
  if (answer === "unreadable") return keep([...obstacles, ...work], UNREADABLE);
  if (obstacles.length > 0) return keep([...obstacles, ...(unpushed === "keep" ? work : [])], UNREADABLE);
  if (answer === "clean" && work.length === 0) return { verdict: "go", mustArchive: false };
  switch (unpushed) {
    case "keep":
      return keep(work, UNNAMED_WORK);
    case "archive":
      return canArchive ? { verdict: "go", mustArchive: true } : keep([NO_ARCHIVE, ...work], NO_ARCHIVE);
    case "discard":
      // The person who said that had not seen what came later.
      return changedAt > saidAt
        ? keep([WORKED_ON_SINCE, ...work], WORKED_ON_SINCE)
        : { verdict: "go", mustArchive: false };
    default:
      return unpushed satisfies never;
  }
}

/** A verdict to keep always names a reason, even if nobody gave one. */
function keep(reasons: readonly KeepReason[], otherwise: KeepReason): FolderVerdict {
  return { verdict: "keep", reasons: reasons.length > 0 ? reasons : [otherwise] };
}

const UNREADABLE: KeepReason = {
  code: "unreadable",
  reason: "The workspace could not be read completely, so nobody knows what would be lost.",
  remedy: "Look at the log of the worker for what failed, and fix it. It is tried again by itself.",
};

const UNNAMED_WORK: KeepReason = {
  code: "work",
  reason: "The workspace has work that is nowhere else.",
  remedy: "Push it, archive it (POST /api/v1/workspaces/{id}/archive), or discard it.",
};

const NO_ARCHIVE: KeepReason = {
  code: "no_archive",
  reason: "The workspace has work that must be archived first, and this host has no archive.",
  remedy: "Set WORKSPACE_ARCHIVE on the host, or push the work.",
};

const WORKED_ON_SINCE: KeepReason = {
  code: "worked_on_since",
  reason: "Something in it was changed after somebody asked to discard its work.",
  remedy: "Look at what is new. Then ask for the clean-up again, with `discard` or `archive`.",
};

export const CHANGES_ALL_THE_TIME: KeepReason = {
  code: "changes_all_the_time",
  reason: "The workspace was another one at each look.",
  remedy: "Find out who works in it. It is tried again by itself.",
};
