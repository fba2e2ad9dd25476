import type { CauseKey } from "../../work/rules/causes.ts";
import type { Cause } from "../../pull-requests/record/rules/causes.ts";
import type { StoredPullRequest } from "../../pull-requests/record/store.ts";
import type { TraceEntry, TracePiece, TraceWait } from "../trace.ts";
import { between } from "./message.ts";
import { moment } from "./moment.ts";

/**
 * What a message led to on one pull request. The record's history and steps name no message, so those belong to it that were
 * noted from its arrival at the record to the end of the run for it; another message may have had a part in them.
 */
export function recordPiece(record: StoredPullRequest, key: CauseKey): TracePiece {
  const about = { part: "pull_request", id: String(record._id), name: nameOf(record) } as const;
  const cause = record.causes?.find((each) => each.key === key);
  if (!cause) {
    const because = "So many others made it due since then that its notes about this one are gone.";
    return { entries: [], waits: [], gaps: [{ part: about.part, id: about.id, because }] };
  }
  const isInTime = (at: Date) => at >= cause.at && (cause.doneAt === null || at <= cause.doneAt);
  const ofCheckRun = { ...about, part: "check_run" } as const;
  const entries: TraceEntry[] = [
    moment(about, {
      at: cause.at,
      what: "made_due",
      because: "The record became due in the same transaction",
    }),
    ...record.steps
      .filter(({ at }) => isInTime(at))
      .map(({ step, status, at, detail }) =>
        moment(step === "check" ? ofCheckRun : about, { at, what: `${step}_${status}`, because: detail }),
      ),
    ...record.history.filter(({ at }) => isInTime(at)).map((entry) => moment(about, entry)),
  ];
  if (cause.doneAt !== null) {
    const noted = entries.length > 1;
    const because = noted ? record.because : "Nothing new was found on GitHub, so nothing was done";
    const durationMs = between(cause.at, cause.doneAt);
    entries.push({ ...moment(about, { at: cause.doneAt, what: "run_ended", because }), durationMs });
  }
  return { entries, waits: waitsOf(record, cause, about), gaps: [] };
}

function waitsOf(
  { work, problem }: StoredPullRequest,
  { doneAt }: Cause,
  about: Pick<TraceWait, "part" | "id" | "name">,
): TraceWait[] {
  if (doneAt !== null) return [];
  const isHeld = work.owner !== null;
  const because = isHeld
    ? `The process ${work.owner} works on it`
    : (problem?.reason ?? "Its next run has not begun yet");
  return [{ ...about, dueAt: isHeld ? null : work.dueAt, because, problem }];
}

function nameOf({ repository, branch, pullRequest }: StoredPullRequest): string {
  return pullRequest ? `${repository}#${pullRequest.number}` : `${branch} of ${repository}`;
}
