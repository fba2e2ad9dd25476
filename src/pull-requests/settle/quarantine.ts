import type { Refusal } from "../../errors.ts";
import { crashedRefusal } from "../../mongo/take-over.ts";
import { refusalEvent } from "./events.ts";
import { REQUESTS_REMEMBERED_MAX } from "../record/command-request.ts";
import { type End, endRun, type EndRunDeps } from "./end-run.ts";
import { nameOf, type PullRequestRecord } from "../record/record.ts";
import { isQuarantined, QUARANTINED } from "../record/rules/quarantine.ts";
import type { Run } from "../run.ts";
import { refusedWith } from "./outcome.ts";

/**
 * Sets a record aside that too many processes died of. It is told as failed, and rests until a retry or another completion:
 * whatever else sets it in motion would kill the next. On GitHub nothing is said of it, for that may be what kills.
 *
 * @throws OrbError `lease_lost`
 */
export async function quarantine(run: Run, deps: EndRunDeps): Promise<void> {
  const at = deps.now();
  const problem = crashedRefusal("pull request", {
    code: QUARANTINED,
    remedy: "Find the cause in their logs and fix it. Then ask for retry, or signal completion again.",
  }).toRefusal();
  await endRun(run, deps, (current) => ({ ...REST, ...endOf(run, { current, problem, at }) }));
  deps.telemetry.quarantined(nameOf(run.record), problem);
}

const REST: End = { change: {}, dueAt: null, attempts: 0, history: [], events: [] };

function endOf(
  run: Run,
  { current, problem, at }: { current: PullRequestRecord | null; problem: Refusal; at: Date },
): Partial<End> {
  const { record } = run;
  // What another completion says has killed nobody yet.
  if (current && current.round > record.round) return { dueAt: at };
  const entry = { at, because: problem.reason };
  // Nothing was done since but what was asked for, so that is what kills.
  if (isQuarantined(record)) {
    return {
      change: withoutRequests(record, current),
      history: [{ ...entry, what: "requests given up" }],
    };
  }
  // What was asked for may be to retry; it is carried out, and nothing else.
  const isAsked = record.requests.length > 0;
  return {
    change: {
      ...refusedWith(run, { status: "failed", problem }),
      parked: isAsked ? { until: null } : null,
    },
    dueAt: isAsked ? at : null,
    history: [{ ...entry, what: "failed" }],
    events: [refusalEvent("failed", record, { problem, nextAttemptAt: null })],
  };
}

/** Those that came in meanwhile stay. */
function withoutRequests({ requests, requestsDone }: PullRequestRecord, current: PullRequestRecord | null) {
  const keys = requests.map(({ key }) => key);
  return {
    requests: current?.requests.filter(({ key }) => !keys.includes(key)) ?? [],
    requestsDone: [...requestsDone, ...keys].slice(-REQUESTS_REMEMBERED_MAX),
  };
}
