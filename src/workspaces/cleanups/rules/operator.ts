import type { Refusal } from "../../../errors.ts";
import type { CleanupStatus, CleanupStep } from "../cleanup.ts";
import { isUntouched } from "./untouched.ts";

/** What an operator can do to a clean-up. `change`: another time, or another way with unpushed work. */
export type OperatorAct = "run" | "cancel" | "change";

/** The facts that decide about it. */
export interface OperatorFacts {
  readonly status: CleanupStatus;
  readonly step: CleanupStep;
}

/** Why the state of a clean-up forbids an act; `null` if it does not. */
export function judgeOperator(act: OperatorAct, { status, step }: OperatorFacts): Refusal | null {
  if (status === "completed" || status === "cancelled") return ended(status);
  // Before it is marked again, nothing was done to the workspace, so the clean-up can be taken from its worker.
  if (act === "cancel" && isUntouched({ step })) return null;
  if (status === "running") return RUNNING;
  if (act === "run" || isUntouched({ step })) return null;
  return HALF_DONE;
}

function ended(status: CleanupStatus): Refusal {
  return {
    code: "cleanup_ended",
    reason: `The clean-up is ${status}.`,
    remedy: "POST /api/v1/cleanups begins another one, if the workspace is still there.",
  };
}

const RUNNING: Refusal = {
  code: "cleanup_running",
  reason: "A worker is carrying out the clean-up at the moment.",
  remedy:
    "Wait until it has ended. GET /api/v1/cleanups/{id} shows how far it is. If GET /api/v1/disk says that no worker of its host reports, start that worker again: it finishes the clean-up, or puts the workspace back if somebody uses it.",
};

const HALF_DONE: Refusal = {
  code: "cleanup_half_done",
  reason: "The workspace is in the trash already, so the clean-up can neither be changed nor cancelled.",
  remedy:
    "POST /api/v1/cleanups/{id}/run tries to finish it now. Its problem says what holds it up; a workspace that is in use is put back.",
};
