import type { Refusal } from "../../errors.ts";
import { backOffMs } from "../../work/rules/back-off.ts";
import { openedEvent, refusalEvent, updatedEvent } from "./events.ts";
import { type End, endRun, type EndRunDeps } from "./end-run.ts";
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

/** How a run ends that came to an end. */
export class RunOutcome {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** A completion is worked off: the pull request is open, or brought up to date with it. */
  async open(run: Run, because: string): Promise<void> {
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
      publishedRound: record.round,
      publishRefused: false,
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
    const durationMs = time.getTime() - record.receivedAt.getTime();
    telemetry.opened(nameOf(record), { number, adopted: pullRequest.adopted, durationMs });
  }

  /** It was looked at, and perhaps brought up to date. @param stop why nothing may be written to it for now */
  async follow(run: Run, stop: Refusal | null): Promise<void> {
    const { now, checkpoint } = this.#deps;
    const { record, progress, wrote } = run;
    const time = now();
    const { shortcomings, steps } = progress.current;
    const kept = record.publishRefused ? record.problem : null;
    const tell = stop !== null && record.waitTold !== stop.code;
    await checkpoint("follow:started");
    await endRun(run, this.#deps, (current) => ({
      change: {
        problem: stop ?? kept,
        retried: null,
        waitTold: stop ? stop.code : record.publishRefused ? record.waitTold : null,
        shortcomings: wrote ? [...shortcomings] : together(record.shortcomings, shortcomings),
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
        // Whoever asked for it is told that it is done.
        ...(wrote && record.refreshAsked ? [updatedEvent(run, wrote.because)] : []),
      ],
    }));
    await checkpoint("follow:done");
  }

  /**
   * @param counts whether the try that failed is one of those that are counted
   * @param waits whether somebody made it wait, and not a fault that passes: the Meta-Agent is told of that once
   */
  async delay(run: Run, { problem, nextAttemptAt, counts, waits, queuePlace }: Delay): Promise<void> {
    const { telemetry } = this.#deps;
    const { record, lease } = run;
    const attempts = counts ? lease.attempts : lease.attempts - 1;
    await endRun(run, this.#deps, (current) => {
      // What stood in the way of an earlier completion says nothing of the one that came in meanwhile; a limit does.
      if ((counts || waits) && isWantedAnew(record, current)) return this.#anew();
      const tell = waits && record.waitTold !== problem.code;
      const event = refusalEvent("blocked", record, { problem, nextAttemptAt });
      const queuePosition = queuePlace?.position ?? null;
      // Who waits for a person looks on; who waits for GitHub asks it nothing.
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

  /** Ends a completion, unless another came in meanwhile, or what stands in its way may be gone: that is still to be seen. */
  async refuse(
    run: Run,
    { status, problem }: { status: "blocked" | "failed"; problem: Refusal },
  ): Promise<void> {
    const { telemetry, now } = this.#deps;
    const { record } = run;
    const time = now();
    const opened = record.openedAt !== null;
    // One that is open is looked at each hour: the same refusal is told once.
    const tell = record.retried !== null || record.waitTold !== problem.code || !opened;
    await endRun(run, this.#deps, (current) => {
      if (isWantedAnew(record, current)) return this.#anew();
      const change = refusedWith(run, { status, problem });
      const anew = new Date(time.getTime() + backOffMs("open_unreadable"));
      return {
        change,
        dueAt: opened ? (run.look ? this.#nextLook(run, current) : anew) : null,
        attempts: 0,
        history: tell ? [{ at: time, what: status, because: problem.reason }] : [],
        events: tell ? [refusalEvent(status, record, { problem, nextAttemptAt: null })] : [],
      };
    });
    telemetry.refused(nameOf(record), { status, problem });
  }

  /** The one that came in meanwhile is worked off next. */
  #anew(): End {
    return { change: {}, dueAt: this.#deps.now(), attempts: 0, history: [], events: [] };
  }

  /** When to look at it next; `null` where its life is over, and nothing set it in motion meanwhile. */
  #nextLook(run: Run, current: PullRequestRecord | null): Date | null {
    const { now, random, pace } = this.#deps;
    const { record, look, lookSoon } = run;
    const time = now();
    if (current && current.round > record.round) return time;
    const nudged = current !== null && current.nudges > record.nudges;
    const sawNothing = look !== null && look.told.length === 0 && look.history.length === 0;
    const looked = {
      seen: look?.seen ?? null,
      moved: nudged || lookSoon,
      missed: record.nudges > record.nudgesSeen && sawNothing,
    };
    const apartMs = looksApartMs(looksOf(run), time, pace);
    const waitMs = whenToLookMs(looked, { now: time, random: random(), apartMs, pace });
    return waitMs === null ? null : new Date(time.getTime() + waitMs);
  }
}

/** What a refusal leaves on the record; where it met a completion, that is worked off. */
export function refusedWith(
  run: Run,
  { status, problem }: { status: "blocked" | "failed"; problem: Refusal },
): Partial<PullRequestRecord> {
  const { record } = run;
  const opened = record.openedAt !== null;
  return {
    problem,
    queuePosition: null,
    waitTold: opened ? problem.code : null,
    because: problem.reason,
    ...(isToPublish(run) && { publishedRound: record.round, publishRefused: true, retried: null }),
    // A pull request that is open stays so, whatever stands in the way of following it or bringing it up to date.
    ...(!opened && { status }),
  };
}

/** Whether a completion came in meanwhile, or what the present one was refused for may be gone by now. */
function isWantedAnew(record: PullRequestRecord, current: PullRequestRecord | null): boolean {
  if (current === null) return false;
  // What is told of one that is not open yet is nothing but that.
  const nudged = record.openedAt === null && current.nudges > record.nudges;
  return nudged || current.round > record.round || current.publishedRound < record.publishedRound;
}

/** What a process that died had begun is done where the pull request shows it, for then nothing was left to do. */
function concluded(entry: StepRecord): StepRecord {
  return entry.status === "started" ? { ...entry, status: "done" } : entry;
}

/** What a look alone falls short of is added to what writing fell short of, each once. */
function together(known: readonly Refusal[], fresh: readonly Refusal[]): Refusal[] {
  const codes = new Set(fresh.map(({ code }) => code));
  return [...known.filter(({ code }) => !codes.has(code)), ...fresh];
}
