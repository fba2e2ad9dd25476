import type { Refusal } from "../../../errors.ts";
import type { PullRequestRecord } from "../../record/record.ts";
import { backOffMs } from "../../../work/rules/back-off.ts";
import { activityLeft, loopBreaker } from "./loop-breaker.ts";

/** Why nothing is written to a pull request, and for how long that is sure. */
export interface Stop {
  readonly refusal: Refusal;
  readonly waitMs: number;
}

/** What it said stands in the description, and would be overwritten with nothing. */
const COMPLETION_LOST: Refusal = {
  code: "completion_lost",
  reason: "The bot's database was rebuilt from GitHub, and the completion is not part of it.",
  remedy:
    "Signal completion again to update the description. Until then the bot only follows the pull request.",
};

/** What keeps the bot from writing to a pull request that is open; `null` where nothing does. */
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
