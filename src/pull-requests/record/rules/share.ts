import type { PullRequestRecord } from "../record.ts";

type Facts = Pick<PullRequestRecord, "requests" | "round" | "publishedRound" | "retried" | "refreshAsked">;

/** Whether somebody waits for its next run: an agent for a completion, or a person for a command. Looks are not urgent. */
export function isUrgent({ requests, round, publishedRound, retried, refreshAsked }: Facts): boolean {
  return requests.length > 0 || round > publishedRound || retried !== null || refreshAsked !== null;
}

const IS = (field: string) => ({ $ne: [{ $ifNull: [field, null] }, null] });

/** This rule, and `ownerKeyOf` the repository, as changes of an update in MongoDB. */
export const SHARE_AND_URGENCY = {
  "work.share": { $toLower: { $arrayElemAt: [{ $split: ["$repository", "/"] }, 0] } },
  "work.urgent": {
    $or: [
      { $gt: [{ $size: { $ifNull: ["$requests", []] } }, 0] },
      { $gt: ["$round", "$publishedRound"] },
      IS("$retried"),
      IS("$refreshAsked"),
    ],
  },
} as const;
