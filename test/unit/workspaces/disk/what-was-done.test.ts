import { expect, test } from "../../../support/testing.ts";
import { amountOf } from "../../../../src/workspaces/disk/rules/amount.ts";
import type { ReliefPlan, ReliefStep } from "../../../../src/workspaces/disk/rules/decide-relief.ts";
import { whatWasDone } from "../../../../src/workspaces/hosts/rules/what-was-done.ts";

const after = { bytes: amountOf({ total: 100, free: 60, available: 60 }), inodes: null };
const ENOUGH: ReliefPlan = { kind: "enough", isUnderPressure: false };
const SHORT: ReliefPlan = {
  kind: "relieve",
  isUnderPressure: true,
  need: { bytes: 10, inodes: 0 },
  steps: [],
  shortage: {
    missing: { bytes: 10, inodes: 0 },
    wouldHelp: [{ code: "busy", reason: "One is busy.", remedy: "Wait." }],
  },
};

function took(action: ReliefStep["action"], isDone = true) {
  return { step: { action, id: "w", frees: { bytes: 1, inodes: 1 } }, isDone };
}

test.each([
  [[], ENOUGH, "Nothing had to be done: it is not above the low mark of 75 %. 40 % of its bytes are used."],
  [
    [took("remove_rebuildable"), took("remove_rebuildable"), took("remove"), took("remove", false)],
    ENOUGH,
    "It removed what a command makes again from 2 workspaces, removed 1 workspace, kept 1 workspace after a closer look. 40 % of its bytes are used.",
  ],
  [
    [took("archive_and_remove", false)],
    SHORT,
    "It kept 1 workspace after a closer look. 40 % of its bytes are used. The low mark can't be reached. One is busy. Wait.",
  ],
  [
    [],
    SHORT,
    "Nothing could be removed. 40 % of its bytes are used. The low mark can't be reached. One is busy. Wait.",
  ],
] as const)("a relief with the steps %j is described", (steps, plan, words) => {
  expect(whatWasDone({ after, steps, plan }, { lowPercent: 75 })).toBe(words);
});
