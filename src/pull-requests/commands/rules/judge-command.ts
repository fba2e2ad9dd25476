import type { Refusal } from "../../../errors.ts";
import type { PullRequestRecord } from "../../record/record.ts";
import type { Asked } from "../../record/rules/command.ts";
import { isQuarantined } from "../../record/rules/quarantine.ts";

/** The facts that decide about a command. */
export interface CommandFacts {
  readonly status: "queued" | "open" | "merged" | "closed" | "blocked" | "failed";
  /** Whether there is a pull request on GitHub yet. */
  readonly onGitHub: boolean;
  /** Whether something blocks it, or it has shortcomings. */
  readonly troubled: boolean;
  /** It crashed processes and rests until it is retried. */
  readonly quarantine: boolean;
}

/** Why the state of a record forbids a command; `null` if it does not. */
export function judgeRequest(command: Asked, record: PullRequestRecord): Refusal | null {
  const { status, pullRequest, problem, shortcomings } = record;
  const troubled = problem !== null || shortcomings.length > 0 || status === "blocked" || status === "failed";
  const quarantine = isQuarantined(record);
  return judgeCommand(command, { status, onGitHub: pullRequest !== null, troubled, quarantine });
}

/** Why a command may not be carried out; `null` if it may. */
export function judgeCommand(command: Asked, facts: CommandFacts): Refusal | null {
  switch (command) {
    case "retry":
      return hasEnded(facts) ?? (facts.troubled ? null : NOTHING_TO_RETRY);
    case "refresh":
    case "ready":
    case "draft":
      if (facts.quarantine) return hasEnded(facts) ?? SET_ASIDE_FOR_NOW;
      return hasEnded(facts) ?? (facts.onGitHub ? null : NOT_THERE_YET);
    case "hold":
    case "unhold":
      return hasEnded(facts);
    case "help":
    case "status":
    case "cleanup":
    case "unknown":
    case "merge_group":
      return null;
    default:
      return command satisfies never;
  }
}

const NOTHING_TO_RETRY: Refusal = {
  code: "nothing_to_retry",
  reason: "Nothing has failed here, so there is nothing to retry.",
  remedy: "To regenerate the description, ask for refresh.",
};

const NOT_THERE_YET: Refusal = {
  code: "no_pull_request_yet",
  reason: "There is no pull request on GitHub yet.",
  remedy: "Fix what blocks it, then ask for retry.",
};

const SET_ASIDE_FOR_NOW: Refusal = {
  code: "set_aside",
  reason: "The bot's processes crashed while working on this, so it is quarantined.",
  remedy: "Fix the cause, then ask for retry.",
};

function hasEnded({ status }: CommandFacts): Refusal | null {
  if (status !== "merged" && status !== "closed") return null;
  return {
    code: "pull_request_ended",
    reason: `The pull request is ${status}.`,
    remedy:
      status === "closed"
        ? "Reopen it on GitHub, then ask again."
        : "Open a new pull request for further changes.",
  };
}
