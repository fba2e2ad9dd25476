import type { Refusal } from "../../errors.ts";
import { backOffMs } from "../../work/rules/back-off.ts";
import { openedEvent, refusalEvent, updatedEvent } from "./events.ts";
import { changeSetNews } from "./change-set-news.ts";
import { countedAs, type End, endRun, type EndRunDeps } from "./end-run.ts";
import { isNudged } from "../record/nudge.ts";
import { nameOf, type PullRequestRecord, type StepRecord } from "../record/record.ts";
import { looksOf } from "./remember-look.ts";
import type { QueuePlace } from "../record/rules/queue-place.ts";
import { looksApartMs, whenToLookMs } from "../observe/rules/when-to-look.ts";
import { isToPublish, type Run } from "../run.ts";
import type { Checkpoint } from "../steps/progress.ts";

type Deps = EndRunDeps & {
  readonly random: () => number;
  readonly checkpoint: Checkpoint;
};

interface Delay {
  readonly problem: Refusal;
  readonly nextAttemptAt: Date;
  readonly counts: boolean;
  readonly waits: boolean;
  readonly queuePlace: QueuePlace | null;
}

interface Refusing {
  readonly status: "blocked" | "failed";
  readonly problem: Refusal;
  readonly againAt: Date | null;
}

/** The ways in which a run can end. */
export class RunOutcome {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /**
   * A completion is done: the pull request is open or updated.
   *
   * @param publishedRound an earlier round if the completion is still to be published, although the pull request is there
   */
  async open(run: Run, because: string, publishedRound = run.record.round): Promise<void> {
    const { telemetry, now, checkpoint } = this.#deps;
    const { record, progress } = run;
    const { shortcomings, steps } = progress.current;
    const { pullRequest } = progress;
    const time = now();
    const first = record.openedAt === null;
    const event = first ? openedEvent(run, because, time) : updatedEvent(run, because);
    const change = {
      status: "open" as const,
      openedAt: record.openedAt ?? time,
      publishedRound,
      publishRefused: false,
      refused: null,
      retried: null,
      problem: null,
      queuePosition: null,
      waitTold: null,
      because,
      shortcomings: [...shortcomings],
      steps: [
        ...steps.filter(({ step }) => step !== "announce").map(concluded),
        { step: "announce" as const, status: "done" as const, at: time, detail: null },
      ],
    };
    await checkpoint("announce:started");
    await endRun(run, this.#deps, (current) => ({
      change,
      dueAt: this.#nextLook(run, current),
      attempts: 0,
      history: [{ at: time, what: first ? "opened" : "updated", because }],
      events: [event],
    }));
    await checkpoint("announce:done");
    const { number } = pullRequest;
    if (!first) return telemetry.updated(nameOf(record), number);
    // Another process stored the signal, and its clock may be ahead.
    const durationMs = Math.max(0, time.getTime() - record.receivedAt.getTime());
    telemetry.opened(countedAs(run), { number, adopted: pullRequest.adopted, durationMs });
  }

  /** After a look, and perhaps an update. @param stop why the bot may not write to it for now */
  async follow(run: Run, stop: Refusal | null): Promise<void> {
    const { now, checkpoint } = this.#deps;
    const { record, progress, wrote } = run;
    const time = now();
    const { shortcomings, steps } = progress.current;
    const kept = record.publishRefused ? record.problem : null;
    const known = stop || run.look?.isOlder ? record.shortcomings : record.shortcomings.filter(isLasting);
    const tell = stop !== null && record.waitTold !== stop.code;
    await checkpoint("follow:started");
    await endRun(run, this.#deps, (current) => ({
      change: {
        problem: stop ?? kept,
        retried: null,
        waitTold: stop ? stop.code : record.publishRefused ? record.waitTold : null,
        shortcomings: wrote ? [...shortcomings] : together(known, shortcomings),
        ...(wrote && { steps: steps.map(concluded) }),
      },
      dueAt: this.#nextLook(run, current),
      attempts: 0,
      history: [
        ...(wrote ? [{ at: time, what: "refreshed", because: wrote.because }] : []),
        ...(tell ? [{ at: time, what: "stopped", because: stop.reason }] : []),
      ],
      events: [
        ...(tell ? [refusalEvent("blocked", record, { problem: stop, nextAttemptAt: null })] : []),
        // The person who asked learns that it is done.
        ...(wrote && record.refreshAsked ? [updatedEvent(run, wrote.because)] : []),
      ],
    }));
    await checkpoint("follow:done");
  }

  /**
   * @param counts whether the failed try is counted
   * @param waits whether a person or a setting makes it wait, and not a temporary failure: that is published once
   */
  async delay(run: Run, { problem, nextAttemptAt, counts, waits, queuePlace }: Delay): Promise<void> {
    const { telemetry } = this.#deps;
    const { record, lease } = run;
    const attempts = counts ? lease.attempts : lease.attempts - 1;
    await endRun(run, this.#deps, (current) => {
      // The problem of an earlier completion says nothing about one that came meanwhile. A limit does.
      if ((counts || waits) && isCompletedAgain(record, current)) return this.#startAgain();
      const tell = waits && record.waitTold !== problem.code;
      const event = refusalEvent("blocked", record, { problem, nextAttemptAt });
      const queuePosition = queuePlace?.position ?? null;
      // A record that waits for a person still gets looks; one that waits for GitHub does not ask it.
      const notBefore = waits ? {} : { notBefore: nextAttemptAt };
      const next = waits && run.look ? this.#nextLook(run, current) : null;
      return {
        change: { problem, queuePosition, queuePlace, ...notBefore, ...(tell && { waitTold: problem.code }) },
        dueAt: next && next < nextAttemptAt ? next : nextAttemptAt,
        attempts,
        history: [],
        events: tell ? [event] : [],
      };
    });
    telemetry.delayed(nameOf(record), { problem, nextAttemptAt, parked: !counts });
  }

  /**
   * Ends a completion, unless another came meanwhile or its problem may be gone: then it is tried again.
   *
   * @param againAt when the bot asks again by itself; `null` if only another signal, a retry or a look can end it
   */
  async refuse(run: Run, { status, problem, againAt }: Refusing): Promise<void> {
    const { telemetry, now } = this.#deps;
    const { record } = run;
    const time = now();
    const opened = record.openedAt !== null;
    const times = refusalsInARow(record, problem) + 1;
    // The same refusal is published once, however often the bot asks again.
    const told = opened ? record.waitTold === problem.code : times > 1;
    const tell = record.retried !== null || !told;
    const { events } = await endRun(run, this.#deps, (current) => {
      if (isCompletedAgain(record, current)) return this.#startAgain();
      const refused = { code: problem.code, times, againAt };
      const change = { ...refusedWith(run, { status, problem, now: time }), refused };
      return {
        change,
        dueAt: opened ? this.#nextLookAfterRefusal(run, current) : againAt,
        attempts: 0,
        history: tell ? [{ at: time, what: status, because: problem.reason }] : [],
        events: tell ? [refusalEvent(status, record, { problem, nextAttemptAt: againAt })] : [],
      };
    });
    telemetry.refused(countedAs(run), { status, problem, isNews: events.length > 0 });
  }

  /**
   * Ends a run over a pull request that has ended itself, if GitHub does not show it: its repository may be gone. Nobody waits for it, so
   * nothing is published.
   */
  async rest(run: Run, problem: Refusal): Promise<void> {
    const { telemetry, now } = this.#deps;
    const { record } = run;
    await endRun(run, this.#deps, (current) => {
      const inMotion = isNudged(record, current) || (current && current.round > record.round);
      const change = { problem: record.publishRefused ? record.problem : null };
      return { change, dueAt: inMotion ? now() : null, attempts: 0, history: [], events: [] };
    });
    telemetry.rested(nameOf(record), problem);
  }

  /** The completion that came meanwhile is next. */
  #startAgain(): End {
    return { change: {}, dueAt: this.#deps.now(), attempts: 0, history: [], events: [] };
  }

  /** If GitHub did not show the pull request, only an event that came meanwhile can be a reason why it soon does. */
  #nextLookAfterRefusal(run: Run, current: PullRequestRecord | null): Date | null {
    if (run.look || isNudged(run.record, current)) return this.#nextLook(run, current);
    return new Date(this.#deps.now().getTime() + backOffMs("open_unreadable"));
  }

  /** When the next look is due; `null` if it has ended and no nudge came meanwhile. */
  #nextLook(run: Run, current: PullRequestRecord | null): Date | null {
    const { now, random, pace } = this.#deps;
    const { record, look, lookSoon } = run;
    const time = now();
    if (current && current.round > record.round) return time;
    const sawNothing = look !== null && look.told.length === 0 && look.history.length === 0;
    const looked = {
      seen: look?.seen ?? null,
      moved: isNudged(record, current) || lookSoon,
      missed: record.nudges > record.nudgesSeen && sawNothing,
    };
    const apartMs = looksApartMs(looksOf(run), time, pace);
    const waitMs = whenToLookMs(looked, { now: time, random: random(), apartMs, pace });
    if (waitMs === null) return null;
    const next = new Date(time.getTime() + waitMs);
    const { dueAt } = changeSetNews(run, current, { now: time, pace });
    return dueAt && dueAt < next ? dueAt : next;
  }
}

/** How often the record was refused for the same reason directly before. What a person asked to retry begins again. */
export function refusalsInARow({ refused, retried }: PullRequestRecord, { code }: Refusal): number {
  return refused?.code === code && retried === null ? refused.times : 0;
}

/** The changes to the record after a refusal. If it refused a completion, that completion is done. */
export function refusedWith(
  run: Run,
  { status, problem, now }: Omit<Refusing, "againAt"> & { readonly now: Date },
): Partial<PullRequestRecord> {
  const { record } = run;
  const opened = record.openedAt !== null;
  return {
    problem,
    refused: null,
    queuePosition: null,
    waitTold: opened ? problem.code : null,
    because: problem.reason,
    ...(isToPublish(run, now) && { publishedRound: record.round, publishRefused: true, retried: null }),
    // An open pull request stays open, whatever keeps the bot from following or updating it.
    ...(!opened && { status }),
  };
}

/** Whether a completion came meanwhile, or the reason for the present refusal may be gone. */
function isCompletedAgain(record: PullRequestRecord, current: PullRequestRecord | null): boolean {
  if (current === null) return false;
  // A nudge to a record that is not open yet can only mean that.
  const nudged = record.openedAt === null && isNudged(record, current);
  return nudged || current.round > record.round || current.publishedRound < record.publishedRound;
}

/** A step that a dead process had begun counts as done if the pull request shows its effect. */
function concluded(entry: StepRecord): StepRecord {
  return entry.status === "started" ? { ...entry, status: "done" } : entry;
}

/** Any other shortcoming is found again by each look, as long as it holds. */
function isLasting({ code }: Refusal): boolean {
  return !/^(ready|draft)_permission_missing$|_left_out$/.test(code);
}

/** Adds the shortcomings of a look to those of writing, each once. */
function together(known: readonly Refusal[], fresh: readonly Refusal[]): Refusal[] {
  const codes = new Set(fresh.map(({ code }) => code));
  return [...known.filter(({ code }) => !codes.has(code)), ...fresh];
}
