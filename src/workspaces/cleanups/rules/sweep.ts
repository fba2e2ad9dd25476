import { ARCHIVABLE } from "../../keep/rules/keep-code.ts";
import type { Kept, Workspace } from "../../record/workspace.ts";
import type { RetentionCode } from "../../retention/rules/retention.ts";
import type { StoredCleanup } from "../cleanup.ts";

/** After a person cancelled a clean-up, the bot schedules no other one by itself for so long. */
const CANCELLED_REST_MS = 7 * 24 * 3_600_000;
/** What has been kept for so long gets one question. */
export const QUESTION_AFTER_MS = 30 * 24 * 3_600_000;

/** The time of the workspace is not known yet. */
const UNKNOWN_TIME: RetentionCode = "settings_unread";

export interface SweepFacts {
  readonly workspace: Pick<Workspace, "status" | "dueAt" | "because" | "kept" | "asked" | "lastActiveAt">;
  /** The clean-up of the workspace that has not ended. */
  readonly active: Pick<StoredCleanup, "status" | "origin" | "step"> | null;
  /** When a person last cancelled one; `null` if nobody did. */
  readonly cancelledAt: Date | null;
  readonly now: Date;
}

export interface SweepActs {
  /** Schedule a clean-up, or bring it forward. */
  readonly ask: { readonly at: Date; readonly because: string } | null;
  /** End the clean-up that the bot itself had scheduled. */
  readonly callOff: boolean;
  /** The reasons of which the owner is asked what to do. */
  readonly question: readonly Kept[];
}

/** What a sweep does about one workspace. */
export function sweepActs({ workspace, active, cancelledAt, now }: SweepFacts): SweepActs {
  const { dueAt, because, kept, asked, lastActiveAt } = workspace;
  const isOurs = active !== null && isUnbegun(active);
  const isResting = cancelledAt !== null && now.getTime() - cancelledAt.getTime() < CANCELLED_REST_MS;
  const isFree = active === null || isOurs;
  // Who works there decides by working. A holder or a mount goes away with neither of the two answers.
  const isForgotten = isOld(lastActiveAt, now);
  const old = kept.filter(
    ({ by, code, since }) => by === "cleanup" && ARCHIVABLE.has(code) && isForgotten && isOld(since, now),
  );
  const isAsked = asked !== null && old.every(({ code }) => asked.codes.includes(code));
  return {
    ask: dueAt !== null && isFree && !isResting ? { at: dueAt, because: because ?? "It is due" } : null,
    callOff: active !== null && mayCallOff(workspace, active),
    question: isAsked ? [] : old,
  };
}

/** Whether the clean-up was scheduled by the bot itself for a workspace that is not due any more. */
export function mayCallOff(
  { dueAt, kept }: Pick<Workspace, "dueAt" | "kept">,
  active: Pick<StoredCleanup, "status" | "origin" | "step">,
): boolean {
  // The worker that carries it out reads the settings first.
  const isUnknown = kept.some(({ by, code }) => by === "retention" && code === UNKNOWN_TIME);
  return dueAt === null && !isUnknown && isUnbegun(active);
}

function isUnbegun({ origin, status, step }: Pick<StoredCleanup, "status" | "origin" | "step">): boolean {
  return origin === "retention" && status === "scheduled" && step === "planned";
}

function isOld(since: Date, now: Date): boolean {
  return now.getTime() - since.getTime() >= QUESTION_AFTER_MS;
}
