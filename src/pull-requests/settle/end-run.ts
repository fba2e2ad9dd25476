import type { ChangeType } from "../../changes/rules/change-type.ts";
import type { Database, Transaction } from "../../mongo/database.ts";
import type { LeasedWork } from "../../mongo/queue/leased-work.ts";
import type { OrbEvent } from "../../outbox/event.ts";
import type { OutboxStore } from "../../outbox/store.ts";
import type { Projects } from "../../projects/record.ts";
import type { PullRequestName, PullRequestTelemetry } from "../../telemetry/pull-requests.ts";
import type { Pace } from "../../work/pace.ts";
import { nudgeChangeSets } from "../change-set/members.ts";
import { HISTORY_MAX, type HistoryEntry, nameOf, type PullRequestRecord } from "../record/record.ts";
import { activityOf, lookedAt, looksOf, outcomeOf, stands } from "./remember-look.ts";
import { concludeCauses, openCauses } from "../record/rules/causes.ts";
import { isUrgent } from "../record/rules/share.ts";
import { ownerKeyOf } from "../../text/github-names.ts";
import { looksApartMs } from "../observe/rules/when-to-look.ts";
import { changeTypeOf, type Run } from "../run.ts";
import { changeSetNews } from "./change-set-news.ts";
import { withRepository } from "./events.ts";
import { searchable } from "../record/search.ts";
import type { PullRequestStore } from "../record/store.ts";

export interface EndRunDeps {
  readonly work: LeasedWork<PullRequestRecord>;
  readonly store: PullRequestStore;
  readonly projects: Projects;
  readonly outbox: OutboxStore;
  readonly database: Database;
  readonly telemetry: PullRequestTelemetry;
  readonly now: () => Date;
  readonly pace: Pace;
}

/** How a run returns its record, decided from its current state. */
export interface End {
  readonly change: Partial<PullRequestRecord>;
  readonly dueAt: Date | null;
  readonly attempts: number;
  readonly history: readonly HistoryEntry[];
  /** Published after the events of the look. */
  readonly events: readonly OrbEvent[];
}

/**
 * Ends a run: the record, the project and the events change in one transaction, and the lease is returned. The results of the
 * look are stored and published however the run ends.
 *
 * @param decide from the current record
 * @returns what was decided
 * @throws OrbError `lease_lost`
 */
export async function endRun(
  run: Run,
  { work, store, projects, outbox, database, telemetry, now, pace }: EndRunDeps,
  decide: (current: PullRequestRecord | null) => End,
): Promise<End> {
  const { record, lease, look } = run;
  const time = now();
  const conclude = async (transaction: Transaction) => {
    const current = await store.find(record._id, transaction);
    const ended = decide(current);
    const { change, attempts, history, events, ...end } = ended;
    const seen = lookedAt(run);
    // A command that came during the run is not delayed by what blocks the rest.
    const asked = isAskedFor(record, current);
    const dueAt = asked ? time : end.dueAt;
    const { project } = record;
    const { repository, round, requests } = current ?? record;
    const after: PullRequestRecord = { ...record, repository, ...seen, ...change };
    const [stood, standsNow] = [stands(record), stands(after)];
    const shownMoved = stood.inDescriptions !== standsNow.inDescriptions;
    const { siblingsMovedAt } = changeSetNews(run, current, { now: time, pace });
    const happened = look?.history.map((entry) => Object.assign({ at: time }, entry)) ?? [];
    const toTell = eventsOf(run, events);
    const news = [...happened, ...history];
    const found = toTell.length + news.length > 0;
    const update = {
      $set: {
        notBefore: new Date(time.getTime() + looksApartMs(looksOf(run), time, pace)),
        ...seen,
        ...change,
        siblingsMovedAt,
        ...(shownMoved && { shownSince: time }),
        causes: causesAfter(run, { current, after, found, isLast: dueAt === null, at: time }),
        ...(asked && { parked: { until: end.dueAt } }),
        activity: activityOf(run, time),
        search: searchable(after),
        updatedAt: time,
        "work.share": ownerKeyOf(repository),
        "work.urgent": isUrgent({ ...after, round, requests }),
      },
      $push: { history: { $each: news, $slice: -HISTORY_MAX } },
    };
    await work.release(lease, { dueAt, attempts, update }, transaction);
    const outcome = outcomeOf(run, after);
    const told = outcome ? await projects.recordPullRequest(project, outcome, transaction) : () => {};
    for (const event of toTell) {
      await outbox.append(project, withRepository(event, repository), { time, transaction });
    }
    if (shownMoved || stood.onCheckRuns !== standsNow.onCheckRuns) {
      await nudgeChangeSets([project], { except: record._id, store, now: time, pace, transaction });
    }
    return { ended, tell: told };
  };
  const { ended, tell } = await database.transaction(conclude, { causes: openCauses(record.causes ?? []) });
  tell();
  report(run, telemetry);
  return ended;
}

/** The name of a run's pull request and what kind of change it is, to count it by. */
export function countedAs(run: Run): PullRequestName & { readonly changeType: ChangeType | null } {
  return { ...nameOf(run.record), changeType: changeTypeOf(run) };
}

function report(run: Run, telemetry: PullRequestTelemetry): void {
  for (const { edge, event } of run.look?.told ?? []) {
    const { type: what, because } = edge;
    const { data } = event;
    const seconds = "secondsSinceCompletion" in data ? data.secondsSinceCompletion : null;
    telemetry.moved(countedAs(run), { what, because, seconds });
  }
}

/** The events of the look come before those of the run's own acts; an update is reported once. */
function eventsOf({ look }: Run, events: readonly OrbEvent[]): readonly OrbEvent[] {
  const isTold = new Set(events.map(({ type }) => type));
  const seenEvents = look?.told.map(({ event }) => event).filter(({ type }) => !isTold.has(type)) ?? [];
  return [...seenEvents, ...events];
}

function causesAfter(
  { record, look }: Run,
  {
    current,
    after,
    ...ended
  }: {
    current: PullRequestRecord | null;
    after: PullRequestRecord;
    found: boolean;
    isLast: boolean;
    at: Date;
  },
) {
  const published = publishedOf(record, after);
  const outcome = { begun: record.causes ?? [], looked: look !== null, published, ...ended } as const;
  return concludeCauses((current ?? record).causes ?? [], outcome);
}

function publishedOf(before: PullRequestRecord, after: PullRequestRecord) {
  if (before.publishedRound >= before.round) return "before";
  return after.publishedRound >= before.round ? "now" : "not_yet";
}

/** Whether a request came in during the run, which does not know it. */
function isAskedFor({ requests }: PullRequestRecord, current: PullRequestRecord | null): boolean {
  const known = new Set(requests.map((request) => request.key));
  return current?.requests.some((request) => !known.has(request.key)) ?? false;
}
