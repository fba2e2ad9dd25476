import { sampledInputs } from "../../support/sample.ts";
import { describe, expect, test } from "../../support/testing.ts";
import * as fc from "fast-check";
import { type Dated, PROJECT_STATUSES, type PhaseStep, type Plan } from "../../../src/projects/project.ts";
import {
  EXECUTIONS_MAX,
  HISTORY_STEPS_MAX,
  NO_FACTS,
  foldSignal,
} from "../../../src/projects/rules/fold-signal.ts";
import { pastFacts } from "../../../src/projects/rules/past-facts.ts";
import { planOf, projectStatus } from "../../../src/projects/rules/project-status.ts";
import { byTime, signalKey } from "../../../src/signals/rules/order.ts";
import { PHASES, type Phase, SIGNAL_TYPES, type Signal } from "../../../src/signals/signal.ts";
import { arrivals, at, completed, created, signal, signals, started } from "./signal-histories.ts";

describe("the plan of a project", () => {
  const FIRST: Plan = { areas: ["docs/**"], steps: ["Write"] };
  const SECOND: Plan = { areas: ["src/**"], steps: [] };

  /** One step a minute, each with its plan. */
  function history(...plans: (Plan | null)[]): Dated<PhaseStep>[] {
    return plans.map((plan, minute) => ({
      at: new Date(minute * 60_000),
      key: `test ${minute}`,
      value: { phase: "planning", step: "completed", agent: null, summary: null, plan },
    }));
  }

  test.each([
    { title: "there are no phases", plans: [], plan: null },
    { title: "no phase reports a plan", plans: [null, null], plan: null },
    { title: "there is one plan", plans: [FIRST], plan: FIRST },
    { title: "there is a later one", plans: [FIRST, SECOND], plan: SECOND },
    { title: "later phases report none", plans: [SECOND, FIRST, null, null], plan: FIRST },
  ])("the plan is the latest one reported: $title", ({ plans, plan }) => {
    expect(planOf({ history: history(...plans) })).toEqual(plan);
  });
});

describe("any history of signals", () => {
  const HISTORIES = { all: 10_000, sample: 1_000 };
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

  /** The project's status after each arrival. */
  function statusesOf(all: readonly Signal[]) {
    let facts = NO_FACTS;
    return all.map((signal) => {
      facts = foldSignal(facts, signal);
      return projectStatus(facts);
    });
  }

  test("signals in any order, some of them repeated, give the same facts and the same status", () => {
    const histories = signals(SIGNAL_TYPES).chain((all) => fc.tuple(fc.constant(all), arrivals(all)));
    fc.assert(
      fc.property(histories, ([all, arrived]) => {
        const facts = fold(arrived);
        expect(facts).toEqual(fold(inOrder(all)));
        expect(projectStatus(facts)).toEqual(projectStatus(fold(inOrder(all))));
      }),
      sampledInputs(HISTORIES),
    );
  });

  test("this also holds for histories longer than the kept part, and a phase that was reached is never forgotten", () => {
    // Implementation is so rare that its steps are often not among the latest.
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
      // Shrinking a history of this length takes minutes.
      { numRuns: LONG_HISTORIES, endOnFailure: true },
    );
  });

  function furthest(all: readonly Signal[]): Phase | null {
    const reached = new Set(all.map(({ data }) => ("phase" in data ? data.phase : null)));
    return PHASES.findLast((phase) => reached.has(phase)) ?? null;
  }

  test("without a failure or a cancellation the status never goes back, in any order of signals", () => {
    fc.assert(
      fc.property(signals(PROGRESS).chain(arrivals), (arrived) => {
        const ranks = statusesOf(arrived).map(({ status }) => PROJECT_STATUSES.indexOf(status));
        expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
      }),
      sampledInputs(HISTORIES),
    );
  });

  test("a cancelled project stays cancelled after any signals", () => {
    const histories = signals(SIGNAL_TYPES).chain(arrivals);
    fc.assert(
      fc.property(histories, histories, (before, after) => {
        const cancelled = [...before, signal("orb.project.cancelled", 6)];
        const reached = statusesOf([...cancelled, ...after]).slice(before.length);
        expect(new Set(reached.map(({ status }) => status))).toEqual(new Set(["cancelled"]));
      }),
      sampledInputs(HISTORIES),
    );
  });

  test("only the latest steps are kept, and a phase that was reached stays reached", () => {
    const implementation = signal("orb.phase.started", 0, { phase: "implementation" }, { id: "reached" });
    const steps = Array.from({ length: HISTORY_STEPS_MAX + 20 }, (_, index) =>
      signal("orb.phase.started", index + 1, { phase: "research" }, { id: `step-${index + 1}` }),
    );
    const facts = fold([implementation, ...steps]);
    const latest = steps.slice(-(HISTORY_STEPS_MAX - 1)).map(signalKey);

    expect(facts.history.map(({ key }) => key)).toEqual([signalKey(implementation), ...latest]);
    expect(projectStatus(facts)).toMatchObject({ status: "implementation", phase: "implementation" });
  });

  test("only the latest executions are kept", () => {
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
});

describe("the order of moments", () => {
  const moment = (minute: number, key: string) => ({ at: at(minute), key });

  test.each([
    ["the earlier comes first", moment(1, "b"), moment(2, "a"), -1],
    ["at the same time the name decides", moment(1, "a"), moment(1, "b"), -1],
    ["a moment is not earlier than itself", moment(1, "a"), moment(1, "a"), 0],
  ])("%s", (_what, one, other, sign) => {
    expect(Math.sign(byTime(one, other))).toBe(sign);
    expect(Math.sign(byTime(other, one))).toBe(sign === 0 ? 0 : -sign);
  });

  test("different pairs of source and id have different keys, even if their joined text is equal", () => {
    const pairs = [
      { source: "a b", id: "c" },
      { source: "a", id: "b c" },
      { source: 'a","b', id: "c" },
      { source: "a", id: 'b","c' },
    ];
    expect(new Set(pairs.map(signalKey)).size).toBe(pairs.length);
  });
});

describe("facts with times far in the future, which were stored earlier,", () => {
  const YEARS = 100 * 365 * 24 * 60;

  test("count as reported when the project last changed, so later signals are later", () => {
    const early = [created(0), completed(YEARS), started("implementation", YEARS)].reduce(
      foldSignal,
      NO_FACTS,
    );
    const facts = pastFacts(early, { now: at(20), updatedAt: at(10) });
    expect(facts).toMatchObject({
      completed: { at: at(10) },
      history: [{ at: at(10) }],
      lastActiveAt: at(10),
    });
    const later = foldSignal(facts, completed(15, "agent/later"));
    expect(later.completed?.value.branch).toBe("agent/later");
  });

  test("are no facts of a clock that is five minutes ahead", () => {
    const facts = [created(0), completed(25)].reduce(foldSignal, NO_FACTS);
    expect(pastFacts(facts, { now: at(20), updatedAt: at(10) })).toEqual(facts);
  });
});
