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
  reason: "The bot's memory was rebuilt from GitHub, and what the completion said is not part of it.",
  remedy:
    "Signal completion again to have the description brought up to date; until then the bot only follows.",
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
      reason: `${hold.by} asked the bot to leave #${pullRequest?.number} alone.`,
      remedy: "Comment `/orb unhold` on the pull request, and the bot goes on.",
    };
    return { refusal, waitMs: backOffMs("stopped") };
  }
  if (round === 0) return { refusal: COMPLETION_LOST, waitMs: backOffMs("stopped") };
  const broken = loopBreaker(activityLeft(record, now), now);
  if (!broken) return null;
  const { waitMs, ...refusal } = broken;
  return { refusal, waitMs };
}
