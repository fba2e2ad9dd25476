import type { Refusal } from "../../errors.ts";
import { crashedRefusal } from "../../mongo/queue/work-queue.ts";
import { refusalEvent } from "./events.ts";
import { REQUESTS_REMEMBERED_MAX } from "../record/command-request.ts";
import { countedAs, type End, endRun, type EndRunDeps } from "./end-run.ts";
import type { PullRequestRecord } from "../record/record.ts";
import { isQuarantined, QUARANTINED } from "../record/rules/quarantine.ts";
import type { Run } from "../run.ts";
import { refusedWith } from "./outcome.ts";

/**
 * Quarantines a record that crashed too many processes. It is published as failed, and rests until a retry or another
 * completion, because any other work on it would crash the next process. Nothing is written on GitHub, because that may be
 * what crashes.
 *
 * @throws OrbError `lease_lost`
 */
export async function quarantine(run: Run, deps: EndRunDeps): Promise<void> {
  const at = deps.now();
  const problem = crashedRefusal("pull request", {
    code: QUARANTINED,
    remedy: "Find the cause in their logs and fix it. Then ask for retry, or signal completion again.",
  }).toRefusal();
  const { events } = await endRun(run, deps, (current) => ({
    ...REST,
    ...endOf(run, { current, problem, at }),
  }));
  deps.telemetry.quarantined(countedAs(run), { problem, isNews: events.length > 0 });
}

const REST: End = { change: {}, dueAt: null, attempts: 0, history: [], events: [] };

function endOf(
  run: Run,
  { current, problem, at }: { current: PullRequestRecord | null; problem: Refusal; at: Date },
): Partial<End> {
  const { record } = run;
  // Another completion has not crashed any process yet.
  if (current && current.round > record.round) return { dueAt: at };
  const entry = { at, because: problem.reason };
  // Only the requests were worked on since then, so they are what crashes.
  if (isQuarantined(record)) {
    return {
      change: withoutRequests(record, current),
      history: [{ ...entry, what: "requests given up" }],
    };
  }
  // A request may be a retry, so requests are carried out, and nothing else.
  const isAsked = record.requests.length > 0;
  return {
    change: {
      ...refusedWith(run, { status: "failed", problem, now: at }),
      parked: isAsked ? { until: null } : null,
    },
    dueAt: isAsked ? at : null,
    history: [{ ...entry, what: "failed" }],
    events: [refusalEvent("failed", record, { problem, nextAttemptAt: null })],
  };
}

/** Requests that came meanwhile stay. */
function withoutRequests({ requests, requestsDone }: PullRequestRecord, current: PullRequestRecord | null) {
  const keys = requests.map(({ key }) => key);
  return {
    requests: current?.requests.filter(({ key }) => !keys.includes(key)) ?? [],
    requestsDone: [...requestsDone, ...keys].slice(-REQUESTS_REMEMBERED_MAX),
  };
}
