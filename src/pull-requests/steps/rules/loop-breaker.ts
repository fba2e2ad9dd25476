import type { Refusal } from "../../../errors.ts";
import { type Activity, NO_ACTIVITY } from "../../record/rules/activity.ts";
import { clip } from "../../../text/clip.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** About as many changes in an hour as people can follow. */
export const WRITES_PER_HOUR_MAX = 30;
/** After so many reversals of a label the other side means it. */
const FLIPS_PER_HOUR_MAX = 3;
/** After so many failed fixes in a row a person has to help the agents. */
export const FAILED_REPAIRS_MAX = 10;
/** The latest reversals of all labels together. */
const FLIPS_KEPT_MAX = 30;
const LABEL_CHARACTERS_MAX = 100;

export type Action =
  /** One request that changes something on GitHub. */
  | { readonly kind: "write" }
  /** A label that the bot had added was removed, or one that it had removed was added again. */
  | { readonly kind: "label_flipped"; readonly label: string }
  /** A head that an agent pushed has failed its checks or conflicts; the same head counts once. */
  | { readonly kind: "repair_failed"; readonly headSha: string }
  /** A person with write access gave a command, pushed or reopened, so agents may try again. */
  | { readonly kind: "person_acted"; readonly at: Date }
  /** A person asked for another try: everything is forgotten. */
  | { readonly kind: "retry" };

/** A refusal that ends by itself. */
export interface BrokenLoop extends Refusal {
  readonly code: "loop_broken";
  /** Milliseconds until enough of the activity is old. */
  readonly waitMs: number;
}

/** The activity after an act. */
export function recordActivity(activity: Activity, action: Action, now: Date): Activity {
  const lately = recent(activity, now);
  switch (action.kind) {
    case "write":
      return { ...lately, writes: [...lately.writes, now].slice(-WRITES_PER_HOUR_MAX) };
    case "label_flipped": {
      const flip = { label: clip(action.label, LABEL_CHARACTERS_MAX), at: now };
      return { ...lately, flips: [...lately.flips, flip].slice(-FLIPS_KEPT_MAX) };
    }
    case "repair_failed": {
      const { headSha } = action;
      if (lately.failedRepairs.some((repair) => repair.headSha === headSha)) return lately;
      const failedRepairs = [...lately.failedRepairs, { headSha, at: now }].slice(-FAILED_REPAIRS_MAX);
      return { ...lately, failedRepairs };
    }
    case "person_acted":
      return { ...lately, failedRepairs: lately.failedRepairs.filter(({ at }) => at > action.at) };
    case "retry":
      return NO_ACTIVITY;
    default:
      return action satisfies never;
  }
}

/** The part of the activity that still counts after a retry or another act of a person. */
export function activityLeft(
  {
    activity,
    retried,
    personActedAt,
  }: { readonly activity: Activity; readonly retried: object | null; readonly personActedAt: Date | null },
  now: Date,
): Activity {
  if (retried) return NO_ACTIVITY;
  return personActedAt
    ? recordActivity(activity, { kind: "person_acted", at: personActedAt }, now)
    : activity;
}

/** Why the bot stops writing to a pull request for now; `null` without a loop. */
export function loopBreaker(activity: Activity, now: Date): BrokenLoop | null {
  const { writes, flips, failedRepairs } = recent(activity, now);
  const repairs = failedRepairs.map(({ at }) => at);
  if (repairs.length >= FAILED_REPAIRS_MAX) {
    return brokenLoop(
      `Agents have pushed ${repairs.length} times since a person last acted here, and each push failed its checks or had conflicts.`,
      waitMs(repairs, { maximum: FAILED_REPAIRS_MAX, windowMs: DAY_MS, now }),
    );
  }
  const fought = new Set(flips.map(({ label }) => label));
  for (const label of fought) {
    const times = flips.filter((flip) => flip.label === label).map(({ at }) => at);
    if (times.length < FLIPS_PER_HOUR_MAX) continue;
    return brokenLoop(
      `The bot's change to the label ${label} was reverted ${times.length} times within an hour.`,
      waitMs(times, { maximum: FLIPS_PER_HOUR_MAX, windowMs: HOUR_MS, now }),
    );
  }
  if (writes.length < WRITES_PER_HOUR_MAX) return null;
  return brokenLoop(
    `The bot has written to this pull request ${writes.length} times within an hour, its limit.`,
    waitMs(writes, { maximum: WRITES_PER_HOUR_MAX, windowMs: HOUR_MS, now }),
  );
}

function brokenLoop(reason: string, waitMs: number): BrokenLoop {
  const minutes = Math.ceil(waitMs / 60_000);
  const wait = minutes > 120 ? `${Math.ceil(minutes / 60)} hours` : `${minutes} min`;
  const remedy = `Find out what repeats, then comment /orb retry. Otherwise the bot continues in ${wait}.`;
  return { code: "loop_broken", reason, remedy, waitMs };
}

function recent({ writes, flips, failedRepairs }: Activity, now: Date): Activity {
  // What lies ahead was dated by a wrong clock.
  const within = (at: Date, windowMs: number) => Math.abs(now.getTime() - at.getTime()) < windowMs;
  return {
    writes: writes.filter((at) => within(at, HOUR_MS)),
    flips: flips.filter(({ at }) => within(at, HOUR_MS)),
    failedRepairs: failedRepairs.filter(({ at }) => within(at, DAY_MS)),
  };
}

/** The time until there is room for one more. */
function waitMs(
  times: readonly Date[],
  { maximum, windowMs, now }: { maximum: number; windowMs: number; now: Date },
): number {
  const decisive = times.toSorted((one, other) => one.getTime() - other.getTime()).at(-maximum);
  return decisive ? Math.max(0, decisive.getTime() + windowMs - now.getTime()) : 0;
}
