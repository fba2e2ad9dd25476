import { expect, test } from "../../support/testing.ts";
import { aboutSignal } from "../../../src/signals/rules/about-signal.ts";

const about = (data: unknown) => aboutSignal({ id: "s-1", type: "t", project: "p-1", data });

test.each([
  [
    "a new project names its user",
    { project: { id: "p-1", userId: "u-1" }, repository: "o/r" },
    { userId: "u-1", repository: "o/r" },
  ],
  ["a phase names its agent", { project: "p-1", agent: "planner" }, { agent: "planner" }],
  [
    "a completion names the first of its agents",
    { agents: [{ name: "coder" }, { name: "tester" }] },
    { agent: "coder" },
  ],
  ["data that can't be read names nothing", null, {}],
  ["nor do fields of another form", { agent: 7, agents: "x", repository: {}, project: { userId: [] } }, {}],
])("%s", (_what, data, named) => {
  expect(about(data)).toEqual({
    signalId: "s-1",
    type: "t",
    project: "p-1",
    userId: null,
    repository: null,
    agent: null,
    ...named,
  });
});
