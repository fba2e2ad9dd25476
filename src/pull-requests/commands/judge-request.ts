import type { Refusal } from "../../errors.ts";
import type { PullRequestRecord } from "../record/record.ts";
import type { Asked } from "../record/rules/command.ts";
import { judgeCommand } from "./rules/judge-command.ts";
import { isQuarantined } from "../record/rules/quarantine.ts";

/** Whether a record is in a state that forbids a command; `null` where it is not. */
export function judgeRequest(command: Asked, record: PullRequestRecord): Refusal | null {
  const { status, pullRequest, problem, shortcomings } = record;
  const troubled = problem !== null || shortcomings.length > 0 || status === "blocked" || status === "failed";
  const quarantine = isQuarantined(record);
  return judgeCommand(command, { status, onGitHub: pullRequest !== null, troubled, quarantine });
}
