import type { Refusal } from "../../errors.ts";
import type { Try } from "../../mongo/queue/tries.ts";
import type { Work } from "../../mongo/queue/work.ts";
import { TRIES_MAX } from "../../work/rules/tries-max.ts";
import type { TraceEntry, TracePiece, TraceWait } from "../trace.ts";

/** A delivery or signal, as far as a trace shows both in the same way. */
export interface Message {
  readonly id: string;
  readonly kind: "delivery" | "signal";
  /** For people: the event and its action, or the type of the signal. */
  readonly name: string;
  /** How it came, as a sentence. */
  readonly received: string;
  /** Why it was believed. */
  readonly verified: string;
  readonly receivedAt: Date;
  readonly status: "pending" | "done" | "dead";
  readonly outcome: string | null;
  readonly because: string | null;
  readonly problem: Refusal | null;
  readonly tries: readonly Try[] | undefined;
  readonly work: Work;
}

/** What happened to a message itself: at the door, and each time that a process took it. */
export function messagePiece(message: Message): TracePiece {
  const { status, tries } = message;
  const gaps = [];
  const about = { part: "handling", id: message.id } as const;
  if (!tries && status !== "pending") {
    const because = "An earlier version of the bot handled it, and did not store when, nor what it led to.";
    gaps.push({ ...about, because });
  }
  if (tries?.length === TRIES_MAX) {
    gaps.push({ ...about, because: `Only its last ${TRIES_MAX} tries are stored.` });
  }
  return { entries: [...doorEntries(message), ...triesOf(message)], waits: waitsOf(message), gaps };
}

function doorEntries({ id, name, received, verified, receivedAt }: Message): TraceEntry[] {
  const entry = { part: "door", id, name, at: receivedAt, durationMs: null, problem: null } as const;
  return [
    { ...entry, what: "received", because: received },
    { ...entry, what: "verified", because: verified },
    {
      ...entry,
      what: "stored",
      because: "A majority of MongoDB has it in its journal; then it was answered",
    },
  ];
}

function triesOf(message: Message): TraceEntry[] {
  const { id, name, tries = [] } = message;
  return tries.flatMap(({ takenAt, endedAt, by, outcome, problem }, index) => {
    const waitedSince = tries[index - 1]?.endedAt ?? message.receivedAt;
    const entry = { part: "handling", id, name } as const;
    const isLast = index === tries.length - 1;
    const isDone = outcome === "done" && isLast;
    return [
      {
        ...entry,
        at: takenAt,
        what: "claimed",
        durationMs: between(waitedSince, takenAt),
        because: `The process ${by} took it`,
        problem: null,
      },
      {
        ...entry,
        at: endedAt,
        what: isDone ? (message.outcome ?? outcome) : outcome,
        durationMs: between(takenAt, endedAt),
        because: isDone ? message.because : (problem?.reason ?? null),
        problem,
      },
    ];
  });
}

function waitsOf({ id, name, status, problem, work }: Message): TraceWait[] {
  if (status !== "pending") return [];
  const because =
    work.owner === null
      ? (problem?.reason ?? "No process has taken it yet")
      : `The process ${work.owner} works on it`;
  return [{ part: "handling", id, name, dueAt: work.owner === null ? work.dueAt : null, because, problem }];
}

/** In milliseconds; a clock that was put back gives 0. */
export function between(from: Date, to: Date): number {
  return Math.max(0, to.getTime() - from.getTime());
}
