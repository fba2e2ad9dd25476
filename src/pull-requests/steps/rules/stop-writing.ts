import type { Refusal } from "../../../errors.ts";
import type { PullRequestRecord } from "../../record/record.ts";
import { backOffMs } from "../../../work/rules/back-off.ts";
import { activityLeft, loopBreaker } from "./loop-breaker.ts";

/** Why nothing is written to a pull request, and for how long at least. */
export interface Stop {
  readonly refusal: Refusal;
  readonly waitMs: number;
}

/** The lost completion's text is still in the description, and an update would overwrite it with nothing. */
const COMPLETION_LOST: Refusal = {
  code: "completion_lost",
  reason: "The bot's database was rebuilt from GitHub, and the completion is not part of it.",
  remedy:
    "Signal completion again to update the description. Until then the bot only follows the pull request.",
};

/** Why the bot may not write to an open pull request; `null` if it may. */
export function stopWriting(
  record: Pick<
    PullRequestRecord,
    "hold" | "retried" | "personActedAt" | "activity" | "pullRequest" | "round"
  >,
  now: Date,
): Stop | null {
  const { hold, pullRequest, round } = record;
  if (hold) {
    const refusal = {
      code: "held",
      reason: `${hold.by} put #${pullRequest?.number} on hold.`,
      remedy: "Comment `/orb unhold` on the pull request to continue.",
    };
    return { refusal, waitMs: backOffMs("stopped") };
  }
  if (round === 0) return { refusal: COMPLETION_LOST, waitMs: backOffMs("stopped") };
  const broken = loopBreaker(activityLeft(record, now), now);
  if (!broken) return null;
  const { waitMs, ...refusal } = broken;
  return { refusal, waitMs };
}
