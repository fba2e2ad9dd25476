import { describe, expect, test } from "@jest/globals";
import { parseSignal } from "../../../src/signals/rules/parse-signal.ts";
import { SIGNAL_TYPES } from "../../../src/signals/signal.ts";
import { readDocExamples } from "../../support/doc-examples.ts";
import { ROOT } from "../../support/repository-files.ts";

const RECEIVED_AT = new Date("2026-03-01T12:00:00Z");
const WORKSPACE = { host: "agents-1", path: "/var/orb/workspaces/p-1" };
const SHA = "8f14e45fceea167a5a36dedd4bea2543c0ffee00";
const COMPLETED = { project: "p-1", repository: "octo/hello", branch: "agent/x", summary: "" };

function event(type: string, data: unknown, attributes: Record<string, unknown> = {}) {
  return { specversion: "1.0", id: "e-1", source: "urn:test", type, data, ...attributes };
}

/** What is sent, and what becomes of it where that is something else. */
const TAKEN: readonly { type: string; what: string; data: object; becomes?: object }[] = [
  {
    type: "orb.project.created",
    what: "what it must have",
    data: {
      project: { id: "p-1", name: "Greet", userId: "u-1" },
      repository: "octo/hello",
      workspace: WORKSPACE,
    },
  },
  {
    type: "orb.project.created",
    what: "all that it may have",
    data: {
      project: { id: "p-1", name: "Greet", userId: "u-1" },
      repository: "octo/hello.world_2-x",
      workspace: WORKSPACE,
      issue: 7,
    },
  },
  ...["orb.phase.started", "orb.phase.completed"].flatMap((type) => [
    { type, what: "what it must have", data: { project: "p-1", phase: "research" } },
    {
      type,
      what: "all that it may have",
      data: {
        project: "p-1",
        phase: "planning",
        agent: "architect",
        summary: "# Plan\n",
        plan: { areas: ["src/**"], steps: ["Write it", "Test it"] },
      },
    },
    {
      type,
      what: "an empty plan",
      data: { project: "p-1", phase: "implementation", plan: {} },
      becomes: { project: "p-1", phase: "implementation", plan: { areas: [], steps: [] } },
    },
  ]),
  {
    type: "orb.agent.executed",
    what: "what it must have",
    data: { project: "p-1", agent: "a", phase: "research", outcome: "failed", durationMs: 0 },
  },
  {
    type: "orb.agent.executed",
    what: "all that it may have",
    data: {
      project: "p-1",
      agent: "a",
      phase: "implementation",
      outcome: "succeeded",
      durationMs: 12,
      tokens: 96_400,
      costUsd: 0.58,
      model: "m-1",
    },
  },
  { type: "orb.implementation.completed", what: "what it must have", data: COMPLETED },
  {
    type: "orb.implementation.completed",
    what: "all that it may have",
    data: {
      ...COMPLETED,
      base: "main",
      headSha: SHA,
      title: "Greet",
      type: "feature",
      summary: "It greets.",
      changes: ["Add a greeting"],
      recommendations: [
        { agent: "r", severity: "info", text: "i" },
        { agent: "r", severity: "warning", text: "w" },
        { agent: "r", severity: "critical", text: "c" },
      ],
      claims: [
        { kind: "tests", text: "t" },
        { kind: "build", text: "b" },
        { kind: "lint", text: "l" },
        { kind: "other", text: "o" },
      ],
      agents: [{ name: "a" }, { name: "b", model: "m", durationMs: 1, costUsd: 0 }],
      issues: [1, 2],
      reviewers: ["ines-okafor", "octo_corp", "A"],
      draft: true,
      requestedBy: "tom-de-vries",
    },
  },
  {
    type: "orb.implementation.completed",
    what: "fields that nobody knows, and white space around a title",
    data: { ...COMPLETED, title: "  Greet \n", colour: "green" },
    becomes: { ...COMPLETED, title: "Greet" },
  },
  ...["orb.project.cancelled", "orb.project.failed"].flatMap((type) => [
    { type, what: "what it must have", data: { project: "p-1" } },
    { type, what: "all that it may have", data: { project: "p-1", reason: "They changed their mind." } },
  ]),
  {
    type: "orb.workspace.active",
    what: "what it must have",
    data: { project: "p-1", workspace: WORKSPACE },
  },
];

test.each(TAKEN)("$type is taken with $what", ({ type, data, becomes }) => {
  const time = "2026-02-28T23:30:00.250+01:00";
  expect(parseSignal(event(type, data, { time }), RECEIVED_AT)).toEqual({
    id: "e-1",
    source: "urn:test",
    type,
    time: new Date("2026-02-28T22:30:00.250Z"),
    project: "p-1",
    data: becomes ?? data,
  });
});

test("every type has been tried", () => {
  expect(new Set(TAKEN.map(({ type }) => type))).toEqual(new Set(SIGNAL_TYPES));
});

describe("the examples of docs/signals.md", () => {
  test("are signals, one for each type, and nothing in them is dropped", async () => {
    const examples = await readDocExamples(`${ROOT}docs/signals.md`);
    const events = examples
      .filter(({ language, test }) => language === "json" && test === "signal")
      .map(({ code }) => JSON.parse(code) as { type: string; data: unknown; time: string });
    const signals = events.map((event) => parseSignal(event, RECEIVED_AT));

    expect(signals.map(({ data }) => data)).toEqual(events.map(({ data }) => data));
    expect(signals.map(({ time }) => time.toISOString())).toEqual(events.map(({ time }) => time));
    expect(signals.map(({ type }) => type)).toEqual(SIGNAL_TYPES);
  });
});

test.each([
  ["left out", {}],
  ["null, which in CloudEvents' JSON is the same", { time: null }],
])("an event whose time is %s happened when it was received", (_how, attributes) => {
  const signal = parseSignal(event("orb.project.failed", { project: "p-1" }, attributes), RECEIVED_AT);
  expect(signal.time).toEqual(RECEIVED_AT);
});

test("attributes that are not read are no obstacle", () => {
  const others = {
    subject: "p-1",
    datacontenttype: "application/json",
    dataschema: null,
    traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
  };
  const signal = parseSignal(event("orb.project.failed", { project: "p-1" }, others), RECEIVED_AT);
  expect(Object.keys(signal)).toEqual(["id", "source", "type", "time", "project", "data"]);
});

test.each(["p", "9", "a.b_c:d-e", "constructor", "x".repeat(128)])("%s may name a project", (project) => {
  expect(parseSignal(event("orb.project.failed", { project }), RECEIVED_AT).project).toBe(project);
});

test("a list may have 500 items", () => {
  const changes = Array.from({ length: 500 }, (_, index) => `Change ${index}`);
  const signal = parseSignal(event("orb.implementation.completed", { ...COMPLETED, changes }), RECEIVED_AT);
  expect(signal.data).toEqual({ ...COMPLETED, changes });
});

test("__proto__ in an event changes no prototype and is dropped", () => {
  const json = `{"specversion":"1.0","id":"e-1","source":"urn:test","type":"orb.project.failed",
    "__proto__":{"polluted":true},"data":{"project":"p-1","__proto__":{"reason":"by inheritance"}}}`;
  const signal = parseSignal(JSON.parse(json), RECEIVED_AT);

  expect(signal.data).toEqual({ project: "p-1" });
  expect(Object.getPrototypeOf(signal.data)).toBe(Object.prototype);
  expect("reason" in signal.data).toBe(false);
  expect("polluted" in {}).toBe(false);
});
