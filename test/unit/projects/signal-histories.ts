import * as fc from "fast-check";
import { parseSignal } from "../../../src/signals/rules/parse-signal.ts";
import { type Phase, PHASES, type Signal, type SignalType } from "../../../src/signals/signal.ts";

const START = Date.parse("2026-01-05T09:00:00Z");
const MINUTE_MS = 60_000;

/** A signal of the project `p-1`; its id is unique unless given. */
export function signal(
  type: SignalType,
  minute: number,
  data: Record<string, unknown> = {},
  { id = crypto.randomUUID(), source = "urn:test" }: { id?: string; source?: string } = {},
): Signal {
  const time = new Date(START + minute * MINUTE_MS).toISOString();
  const event = { specversion: "1.0", id, source, type, time, data: { project: "p-1", ...data } };
  return parseSignal(event, new Date(START));
}

export function created(minute: number, name = "Greet", options?: { id: string }): Signal {
  const project = { id: "p-1", name, userId: "u-1" };
  const data = { project, repository: "octo/hello", workspace: { host: "h-1", path: "/w/p-1" } };
  return signal("orb.project.created", minute, data, options);
}

export function started(phase: string, minute: number): Signal {
  return signal("orb.phase.started", minute, { phase });
}

export function completed(minute: number, branch = "agent/x"): Signal {
  return signal("orb.implementation.completed", minute, { repository: "octo/hello", branch, summary: "" });
}

/** The time of a signal made by `signal`, as in the facts. */
export function at(minute: number): Date {
  return new Date(START + minute * MINUTE_MS);
}

type Data = fc.Arbitrary<Record<string, unknown>>;
const dataOf = (phase: fc.Arbitrary<Phase>): Record<SignalType, Data> => ({
  "orb.project.created": fc.record({
    project: fc.record({ id: fc.constant("p-1"), name: fc.constantFrom("A", "B"), userId: fc.constant("u") }),
    repository: fc.constantFrom("octo/hello", "octo/world"),
    workspace: fc.constant({ host: "h-1", path: "/w/p-1" }),
  }),
  "orb.phase.started": fc.record({ phase }),
  "orb.phase.completed": fc.record({ phase }),
  "orb.agent.executed": fc.record({
    phase,
    agent: fc.constantFrom("a", "b"),
    outcome: fc.constantFrom("succeeded", "failed"),
    durationMs: fc.nat(),
  }),
  "orb.implementation.completed": fc.record({
    repository: fc.constant("octo/hello"),
    branch: fc.constantFrom("agent/x", "agent/y"),
    summary: fc.constant(""),
  }),
  "orb.project.cancelled": fc.record({ reason: fc.constantFrom("one", "another") }),
  "orb.project.failed": fc.record({ reason: fc.constantFrom("one", "another") }),
  "orb.workspace.active": fc.constant({ workspace: { host: "h-1", path: "/w/p-1" } }),
});

/**
 * Any set of signals of these types about one project, no two with the same source and id. There are few times, so
 * that many are equal, and few words for sources and ids.
 */
export function signals(
  types: readonly SignalType[],
  { minLength = 0, maxLength = 25, minutes = 12, phase = fc.constantFrom(...PHASES) } = {},
): fc.Arbitrary<Signal[]> {
  const data = dataOf(phase);
  const one = fc.constantFrom(...types).chain((type) =>
    fc.record({
      type: fc.constant(type),
      minute: fc.nat(minutes),
      data: data[type],
      id: fc.oneof(fc.uuid(), fc.constantFrom("a", "b", "a b", "b c")),
      source: fc.constantFrom("s", "s a", "s a b"),
    }),
  );
  return fc
    .uniqueArray(one, { minLength, maxLength, selector: ({ source, id }) => JSON.stringify([source, id]) })
    .map((all) =>
      all.map(({ type, minute, data, id, source }) => signal(type, minute, data, { id, source })),
    );
}

/** The same signals as they may arrive: in any order, some of them repeated. */
export function arrivals(all: readonly Signal[]): fc.Arbitrary<Signal[]> {
  const indexes = all.map((_, index) => index);
  return fc.tuple(fc.subarray(indexes), fc.infiniteStream(fc.nat())).map(([again, numbers]) => {
    const keyed = [...indexes, ...again].map((index) => ({ index, place: Number(numbers.next().value) }));
    return keyed.sort((a, b) => a.place - b.place).flatMap(({ index }) => all[index] ?? []);
  });
}
