import { CAUSES_MAX, type CauseKey } from "../../../work/rules/causes.ts";

/** A delivery or signal that made a record due. */
export interface Cause {
  readonly key: CauseKey;
  readonly at: Date;
  /** How many runs have looked at the pull request for it. */
  readonly runs: number;
  /** When the last run for it ended; `null` while one is still to come. */
  readonly doneAt: Date | null;
}

/** GitHub's replicas lag, so a look that finds nothing is followed by another one soon. */
const RUNS_FOR_A_DELIVERY = 2;

/** The causes of a record with further ones. One that comes again begins again. The oldest go if there are too many. */
export function addCauses(known: readonly Cause[], keys: readonly CauseKey[], at: Date): readonly Cause[] {
  if (keys.length === 0) return known;
  const others = known.filter(({ key }) => !keys.includes(key));
  return [...others, ...keys.map((key) => ({ key, at, runs: 0, doneAt: null }))].slice(-CAUSES_MAX);
}

/** Those for which a run is under way or still to come. */
export function openCauses(causes: readonly Cause[]): readonly CauseKey[] {
  return causes.filter(({ doneAt }) => doneAt === null).map(({ key }) => key);
}

/**
 * The causes of a record at the end of a run. A signal is done once nothing of it is left to publish; a delivery once a look
 * has found something, or the last of two has found nothing, or what it ended the wait for was published.
 *
 * @param current as they are stored now; those that came during the run are for the next one
 * @param begun as the run read them
 */
export function concludeCauses(
  current: readonly Cause[],
  {
    begun,
    looked,
    found,
    isLast,
    published,
    at,
  }: {
    readonly begun: readonly Cause[];
    readonly looked: boolean;
    /** Whether there was anything to report. */
    readonly found: boolean;
    /** Whether no further run is planned. */
    readonly isLast: boolean;
    /** `before`: nothing was left to publish when the run began · `now`: it published the rest · `not_yet`. */
    readonly published: "before" | "now" | "not_yet";
    readonly at: Date;
  },
): readonly Cause[] {
  const covered = new Map(begun.map((cause) => [cause.key, cause.at.getTime()]));
  return current.map((cause) => {
    if (cause.doneAt !== null || covered.get(cause.key) !== cause.at.getTime()) return cause;
    const runs = cause.runs + (looked ? 1 : 0);
    const isSeen = published === "now" || (looked && (found || isLast || runs >= RUNS_FOR_A_DELIVERY));
    const isDone = cause.key.startsWith("signal:") ? published !== "not_yet" : isSeen;
    return { ...cause, runs, doneAt: isDone ? at : null };
  });
}
