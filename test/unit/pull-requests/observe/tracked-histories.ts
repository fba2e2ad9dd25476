import * as fc from "fast-check";
import type { CheckState } from "../../../../src/github/facts/branch-rules.ts";
import type { ReviewFact, Snapshot } from "../../../../src/github/facts/snapshot.ts";
import { check } from "../../github/check-state.ts";
import { review, sha, snapshot } from "./snapshot.ts";

/** An answer of GitHub, with the time of the question. */
export interface Answer {
  readonly snapshot: Snapshot;
  readonly askedAt: Date;
}

const CHECKS = ["build", "test"] as const;
const PEOPLE = ["alice", "bob"] as const;
const REPLICA_LAG_MS = 50_000;
const START_MS = Date.UTC(2026, 0, 1);

/** The true state of a pull request during its history. */
interface Truth {
  nowMs: number;
  updatedAtMs: number;
  ids: number;
  title: number;
  head: number;
  base: number;
  life: "draft" | "open" | "closed" | "merged";
  endedAtMs: number;
  checks: CheckState[];
  reviews: ReviewFact[];
}

const turn = fc.oneof(
  fc.record({ what: fc.constant("push" as const) }),
  fc.record({
    what: fc.constant("check" as const),
    name: fc.constantFrom(...CHECKS),
    state: fc.constantFrom("pending" as const, "passed" as const, "failed" as const),
    newRun: fc.boolean(),
  }),
  fc.record({
    what: fc.constant("review" as const),
    author: fc.constantFrom(...PEOPLE),
    state: fc.constantFrom("approved" as const, "changes_requested" as const, "dismissed" as const),
  }),
  fc.record({ what: fc.constantFrom("base" as const, "base" as const, "title" as const) }),
  fc.record({
    what: fc.constant("life" as const),
    life: fc.constantFrom("draft" as const, "open" as const, "closed" as const),
  }),
);
type Turn = typeof turn extends fc.Arbitrary<infer T> ? T : never;

/** A turn, the time since the one before, and whether GitHub has computed mergeability when asked after it. */
const timedTurn = fc.record({
  turn,
  afterMs: fc.constantFrom(0, 300, 1_000, 700_000),
  computed: fc.boolean(),
});
type TimedTurn = typeof timedTurn extends fc.Arbitrary<infer T> ? T : never;
const turns = fc.array(timedTurn, { minLength: 1, maxLength: 14 });

/** GitHub's answers after each turn of a pull request's life, in the order of the questions. */
export const histories = fc.record({ turns, merged: fc.boolean() }).map(live);

function live({ turns, merged }: { turns: readonly TimedTurn[]; merged: boolean }): readonly Answer[] {
  const truth: Truth = {
    nowMs: START_MS,
    updatedAtMs: START_MS,
    ids: 1,
    title: 0,
    head: 0,
    base: 0,
    life: "draft",
    endedAtMs: START_MS,
    checks: [],
    reviews: [],
  };
  const answers = turns.map(({ turn, afterMs, computed }, index) => {
    truth.nowMs += afterMs;
    take(truth, turn);
    return answer(truth, { index, computed });
  });
  if (!merged) return answers;
  truth.nowMs += 1_000;
  become(truth, "merged");
  return answers.concat(answer(truth, { index: answers.length, computed: false }));
}

function take(truth: Truth, turn: Turn): void {
  switch (turn.what) {
    case "push":
      truth.head = ++truth.ids;
      truth.checks = [];
      return touch(truth);
    case "check":
      return report(truth, turn);
    case "review": {
      const others = truth.reviews.filter(({ author }) => author !== turn.author);
      truth.reviews = [...others, review(++truth.ids, turn.state, { author: turn.author })];
      return touch(truth);
    }
    case "base":
      truth.base = ++truth.ids;
      return;
    case "title":
      truth.title = ++truth.ids;
      return touch(truth);
    case "life":
      return become(truth, turn.life);
    default:
      turn satisfies never;
  }
}

/** Checks do not change the pull request itself: its `updatedAt` stays. */
function report(truth: Truth, { name, state, newRun }: Extract<Turn, { what: "check" }>): void {
  const known = truth.checks.find((one) => one.name === name);
  const ended = known !== undefined && known.state !== "pending";
  const id = known && !newRun && !ended ? known.id : ++truth.ids;
  truth.checks = [...truth.checks.filter((one) => one !== known), check(name, state, { id })];
}

function become(truth: Truth, life: Truth["life"]): void {
  if (truth.life === life) return;
  truth.life = life;
  touch(truth);
  truth.endedAtMs = truth.updatedAtMs;
}

/** GitHub's times are in whole seconds. */
function touch(truth: Truth): void {
  truth.updatedAtMs = Math.floor(truth.nowMs / 1_000) * 1_000;
}

function answer(truth: Truth, { index, computed }: { index: number; computed: boolean }): Answer {
  const { life, head, base, checks, reviews } = truth;
  const over = life === "closed" || life === "merged";
  const conflicts = (head + base) % 3 === 0;
  const endedAt = over ? new Date(truth.endedAtMs) : null;
  return {
    // The questions are sequential: never two in the same millisecond.
    askedAt: new Date(truth.nowMs + index),
    snapshot: snapshot({
      pullRequest: {
        title: `Title ${truth.title}`,
        headSha: sha(`head ${head}`),
        state: over ? "closed" : "open",
        merged: life === "merged",
        draft: life === "draft",
      },
      updatedAt: new Date(truth.updatedAtMs),
      closedAt: endedAt,
      mergedAt: life === "merged" ? endedAt : null,
      baseSha: sha(`base ${base}`),
      mergeable: over || !computed ? "unknown" : conflicts ? "conflicting" : "mergeable",
      checks,
      reviews,
    }),
  };
}

/** The same answers in any order, some of them repeated. */
export function arrivals(answers: readonly Answer[]): fc.Arbitrary<readonly Answer[]> {
  const length = answers.length;
  return fc
    .tuple(fc.array(fc.constantFrom(...answers), { maxLength: length }), fc.infiniteStream(fc.nat()))
    .map(([again, chance]) =>
      [...answers, ...again]
        .map((one) => ({ one, place: chance.next().value as number }))
        .sort((one, other) => one.place - other.place)
        .map(({ one }) => one),
    );
}

/**
 * The answers if each question may reach a replica that is up to 50 s behind, until all replicas have caught
 * up: the last question is asked some time after the last change.
 */
export function laggingAnswers(answers: readonly Answer[]): fc.Arbitrary<readonly Answer[]> {
  const questions = fc.record({ place: fc.nat({ max: answers.length - 1 }), lag: fc.nat({ max: 3 }) });
  return fc.array(questions, { maxLength: 2 * answers.length }).map((asked) => {
    const inTime = asked.toSorted((one, other) => one.place - other.place);
    const lagging = inTime.map(({ place, lag }, index) => ask(answers, { place, lag, laterMs: index * 10 }));
    return lagging.concat(ask(answers, { place: answers.length - 1, lag: 0, laterMs: 2 * REPLICA_LAG_MS }));
  });
}

function ask(
  answers: readonly Answer[],
  { place, lag, laterMs }: { place: number; lag: number; laterMs: number },
): Answer {
  const asked = answers.slice(0, place + 1);
  const atMs = (asked.at(-1)?.askedAt.getTime() ?? 0) + laterMs;
  const known = asked.filter((_, index) => {
    const superseded = asked[index + 1]?.askedAt.getTime() ?? Number.POSITIVE_INFINITY;
    return superseded > atMs - REPLICA_LAG_MS;
  });
  const answered = known.at(-1 - Math.min(lag, known.length - 1));
  if (!answered) throw new Error("No replica has an answer yet");
  return { snapshot: answered.snapshot, askedAt: new Date(atMs) };
}
