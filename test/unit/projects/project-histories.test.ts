import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { PROJECT_STATUSES } from "../../../src/projects/project.ts";
import {
  EXECUTIONS_MAX,
  foldSignal,
  HISTORY_STEPS_MAX,
  NO_FACTS,
} from "../../../src/projects/rules/fold-signal.ts";
import { projectStatus } from "../../../src/projects/rules/project-status.ts";
import { byTime, signalKey } from "../../../src/signals/rules/order.ts";
import { type Phase, PHASES, type Signal, SIGNAL_TYPES } from "../../../src/signals/signal.ts";
import { arrivals, at, signal, signals } from "./signal-histories.ts";

const HISTORIES = 1_000;
const LONG_HISTORIES = 60;
const PROGRESS = SIGNAL_TYPES.filter((type) => !/cancelled|failed/.test(type));
const PHASE_STEPS = ["orb.phase.started", "orb.phase.completed"] as const;

function fold(all: readonly Signal[]) {
  return all.reduce(foldSignal, NO_FACTS);
}

function inOrder(all: readonly Signal[]): Signal[] {
  const moment = (signal: Signal) => ({ at: signal.time, key: signalKey(signal) });
  return all.toSorted((a, b) => byTime(moment(a), moment(b)));
}

/** Where the project stands after each arrival. */
function stations(all: readonly Signal[]) {
  return all.map((_, index) => projectStatus(fold(all.slice(0, index + 1))));
}

test("whatever the order and however often signals arrive, the same is known and the project stands at the same", () => {
  const histories = signals(SIGNAL_TYPES).chain((all) => fc.tuple(fc.constant(all), arrivals(all)));
  fc.assert(
    fc.property(histories, ([all, arrived]) => {
      const facts = fold(arrived);
      expect(facts).toEqual(fold(inOrder(all)));
      expect(projectStatus(facts)).toEqual(projectStatus(fold(inOrder(all))));
    }),
    { numRuns: HISTORIES },
  );
});

test("that holds for histories longer than what is kept of them, and no phase that was reached is forgotten", () => {
  // Implementation is so rare that its steps often are not among the latest.
  const phase = fc.constantFrom<Phase>(...Array<Phase>(40).fill("research"), "planning", "implementation");
  const long = { minLength: HISTORY_STEPS_MAX, maxLength: HISTORY_STEPS_MAX + 60, minutes: 200, phase };
  const histories = signals(PHASE_STEPS, long).chain((all) => fc.tuple(fc.constant(all), arrivals(all)));
  fc.assert(
    fc.property(histories, ([all, arrived]) => {
      const facts = fold(arrived);
      expect(facts).toEqual(fold(inOrder(all)));
      expect(facts.history.length).toBeLessThanOrEqual(HISTORY_STEPS_MAX);
      expect(projectStatus(facts).phase).toBe(furthest(all));
    }),
    // To shrink a history of this length takes minutes.
    { numRuns: LONG_HISTORIES, endOnFailure: true },
  );
});

function furthest(all: readonly Signal[]): Phase | null {
  const reached = new Set(all.map(({ data }) => ("phase" in data ? data.phase : null)));
  return PHASES.findLast((phase) => reached.has(phase)) ?? null;
}

test("without a failure or a cancellation the status never runs backwards, in whatever order signals arrive", () => {
  fc.assert(
    fc.property(signals(PROGRESS).chain(arrivals), (arrived) => {
      const ranks = stations(arrived).map(({ status }) => PROJECT_STATUSES.indexOf(status));
      expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
    }),
    { numRuns: HISTORIES },
  );
});

test("a cancelled project stays cancelled, whatever comes", () => {
  const histories = signals(SIGNAL_TYPES).chain(arrivals);
  fc.assert(
    fc.property(histories, histories, (before, after) => {
      const cancelled = [...before, signal("orb.project.cancelled", 6)];
      const reached = stations([...cancelled, ...after]).slice(before.length);
      expect(new Set(reached.map(({ status }) => status))).toEqual(new Set(["cancelled"]));
    }),
    { numRuns: HISTORIES },
  );
});

test("of more steps than are kept, the latest are, and the phase that was reached stays reached", () => {
  const implementation = signal("orb.phase.started", 0, { phase: "implementation" }, { id: "reached" });
  const steps = Array.from({ length: HISTORY_STEPS_MAX + 20 }, (_, index) =>
    signal("orb.phase.started", index + 1, { phase: "research" }, { id: `step-${index + 1}` }),
  );
  const facts = fold([implementation, ...steps]);
  const latest = steps.slice(-(HISTORY_STEPS_MAX - 1)).map(signalKey);

  expect(facts.history.map(({ key }) => key)).toEqual([signalKey(implementation), ...latest]);
  expect(projectStatus(facts)).toMatchObject({ status: "implementation", phase: "implementation" });
});

test("of more executions than are kept, the latest are", () => {
  const executions = Array.from({ length: EXECUTIONS_MAX + 20 }, (_, index) =>
    signal("orb.agent.executed", index, {
      agent: `agent-${index}`,
      phase: "research",
      outcome: "succeeded",
      durationMs: 1,
    }),
  );
  const facts = fold(executions.toReversed());
  expect(facts.executions.map(({ key }) => key)).toEqual(executions.slice(-EXECUTIONS_MAX).map(signalKey));
});

describe("the order of moments", () => {
  const moment = (minute: number, key: string) => ({ at: at(minute), key });

  test.each([
    ["the earlier comes first", moment(1, "b"), moment(2, "a"), -1],
    ["at the same time the name decides", moment(1, "a"), moment(1, "b"), -1],
    ["a moment is no earlier than itself", moment(1, "a"), moment(1, "a"), 0],
  ])("%s", (_what, one, other, sign) => {
    expect(Math.sign(byTime(one, other))).toBe(sign);
    expect(Math.sign(byTime(other, one))).toBe(sign === 0 ? 0 : -sign);
  });

  test("different pairs of source and id have different keys, however they are cut", () => {
    const pairs = [
      { source: "a b", id: "c" },
      { source: "a", id: "b c" },
      { source: 'a","b', id: "c" },
      { source: "a", id: 'b","c' },
    ];
    expect(new Set(pairs.map(signalKey)).size).toBe(pairs.length);
  });
});
