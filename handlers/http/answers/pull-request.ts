import { z } from "zod";
import { PULL_REQUEST_STATUSES, STEPS } from "../../../src/pull-requests/record/record.ts";
import { LIFECYCLES } from "../../../src/pull-requests/record/rules/seen.ts";
import { SIGNAL_DATA } from "../../../src/signals/signal.ts";
import { historyEntry, refusal } from "./refusal.ts";

const checksVerdict = z.enum(["none", "pending", "passed", "failed"]);
const reviewVerdict = z.enum(["none", "required", "approved", "changes_requested"]);
const mergeable = z.enum(["mergeable", "conflicting", "unknown"]);

export const pullRequest = z
  .object({
    id: z.string().meta({ description: "The bot's own, and not GitHub's number." }),
    project: z.string(),
    repository: z.string(),
    branch: z.string(),
    status: z.enum(PULL_REQUEST_STATUSES).meta({
      description:
        "`queued`: waits to be opened or updated. `blocked`: a person can fix what blocks it. `failed`: all attempts failed.",
    }),
    number: z.int().nullable(),
    url: z.string().nullable(),
    title: z.string().nullable(),
    base: z.string().nullable(),
    headSha: z.string().nullable(),
    draft: z.boolean().nullable(),
    labels: z.array(z.string()),
    reviewersAsked: z.array(z.string()),
    adopted: z.boolean().meta({ description: "It was found on GitHub instead of opened." }),
    because: z.string().nullable(),
    problem: refusal.extend({ nextAttemptAt: z.date().nullable() }).nullable().meta({
      description: "What blocks it, and when the bot tries again.",
    }),
    queuePosition: z.int().nullable(),
    shortcomings: z
      .array(refusal)
      .meta({ description: "What could not be done to a pull request that was opened anyway." }),
    checks: checksVerdict.nullable(),
    review: reviewVerdict.nullable(),
    mergeable: mergeable.nullable(),
    completedAt: z.date(),
    openedAt: z.date().nullable(),
    createdAt: z.date(),
    updatedAt: z.date(),
  })
  .meta({ id: "PullRequest", description: "The pull request of a completion, opened or not." });

const review = z
  .object({
    id: z.int(),
    author: z.string().nullable(),
    url: z.string(),
    submittedAt: z.date(),
    commitSha: z.string().nullable(),
  })
  .meta({ id: "Review" });
const checks = z
  .object({
    verdict: checksVerdict,
    unread: z.boolean().meta({ description: "GitHub refused to show some or all of them." }),
    headSha: z.string(),
    requiredPassed: z.boolean(),
    failed: z.array(
      z.object({
        id: z.int().nullable(),
        name: z.string(),
        conclusion: z.string().nullable(),
        url: z.string().nullable(),
        required: z.boolean(),
      }),
    ),
    pending: z.int(),
    since: z.date(),
    untoldFailureSince: z.date().nullable(),
  })
  .meta({ id: "Checks" });
const mergeability = z
  .object({
    value: mergeable,
    stale: z.boolean().meta({ description: "GitHub is computing a new value." }),
    cause: z.object({ sha: z.string(), pullRequest: z.int().nullable() }).nullable(),
    conflictSince: z.date().nullable(),
  })
  .meta({ id: "Mergeability" });
const seen = z
  .object({
    at: z.date(),
    lifecycle: z.enum(LIFECYCLES),
    headExists: z.boolean(),
    baseSha: z.string(),
    mergedAt: z.date().nullable(),
    mergedBy: z.string().nullable(),
    closedAt: z.date().nullable(),
    checks,
    review: z.object({
      verdict: reviewVerdict,
      approvals: z.array(review),
      changesRequested: z.array(review),
    }),
    mergeability,
  })
  .meta({ id: "Look", description: "Its state on GitHub when the bot last read it." });
const step = z
  .object({
    step: z.enum(STEPS),
    status: z.enum(["started", "done", "failed"]),
    at: z.date(),
    detail: z.string().nullable(),
  })
  .meta({ id: "Step" });

export const wholePullRequest = pullRequest
  .extend({
    hold: z
      .object({ by: z.string(), at: z.date() })
      .nullable()
      .meta({ description: "Somebody has put it on hold." }),
    nextLookAt: z.date().nullable(),
    branchEnd: z.enum(["deleted", "kept"]).nullable(),
    seen: seen.nullable(),
    steps: z.array(step),
    history: z.array(historyEntry),
    completion: SIGNAL_DATA["orb.implementation.completed"],
  })
  .meta({
    id: "WholePullRequest",
    description: "A pull request with its steps, its history and the completion that it is made from.",
  });

export const preview = z
  .object({
    would: z.enum(["open", "update", "change_nothing", "wait", "refuse"]),
    because: z.string(),
    title: z.string().nullable(),
    body: z.string().nullable(),
    draft: z.boolean().nullable(),
    labels: z.array(z.string()),
    reviewers: z.object({ people: z.array(z.string()), teams: z.array(z.string()) }),
    notes: z
      .object({ title: z.string(), summary: z.string(), text: z.string().nullable() })
      .nullable()
      .meta({ description: "For the check run, because the description has no room for them." }),
    problems: z.array(refusal),
  })
  .meta({ id: "Preview", description: "What the bot would do with a completion, and why." });
