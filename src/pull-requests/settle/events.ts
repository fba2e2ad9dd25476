import type { Refusal } from "../../errors.ts";
import type { OrbEvent } from "../../outbox/event.ts";
import { secondsToOutcome } from "../hand-back/rules/edge.ts";
import { summarise } from "../observe/look.ts";
import type { PullRequestRecord } from "../record/record.ts";
import type { Run } from "../run.ts";

/** The event with the current name of the repository, which may have been renamed during the run. */
export function withRepository(event: OrbEvent, repository: string): OrbEvent {
  const { data } = event;
  if ("pullRequest" in data) {
    return { ...event, data: { ...data, pullRequest: { ...data.pullRequest, repository } } } as OrbEvent;
  }
  return "repository" in data ? ({ ...event, data: { ...data, repository } } as OrbEvent) : event;
}

/** The pull request of a run is open and was not open before. */
export function openedEvent({ record, progress }: Run, because: string, now: Date): OrbEvent {
  const { pullRequest, current } = progress;
  return {
    type: "orb.pull_request.opened",
    data: {
      pullRequest: summarise(record, pullRequest),
      because,
      problems: current.shortcomings,
      adopted: pullRequest.adopted,
      secondsSinceCompletion: secondsToOutcome({ completedAt: record.completedAt, outcomeAt: now }),
    },
  };
}

/** It was updated because a person asked for that. */
export function updatedEvent({ record, progress }: Run, because: string): OrbEvent {
  const { pullRequest, current } = progress;
  return {
    type: "orb.pull_request.updated",
    data: { pullRequest: summarise(record, pullRequest), because, problems: current.shortcomings },
  };
}

export function refusalEvent(
  status: "blocked" | "failed",
  { repository, branch }: PullRequestRecord,
  { problem, nextAttemptAt }: { readonly problem: Refusal; readonly nextAttemptAt: Date | null },
): OrbEvent {
  return { type: `orb.pull_request.${status}`, data: { repository, branch, ...problem, nextAttemptAt } };
}
