import { expect, test } from "@jest/globals";
import type { Dated, PhaseStep, Plan } from "../../../src/projects/project.ts";
import { planOf } from "../../../src/projects/rules/project-status.ts";

const FIRST: Plan = { areas: ["docs/**"], steps: ["Write"] };
const SECOND: Plan = { areas: ["src/**"], steps: [] };

/** One step a minute, with the plan that it tells. */
function history(...plans: (Plan | null)[]): Dated<PhaseStep>[] {
  return plans.map((plan, minute) => ({
    at: new Date(minute * 60_000),
    key: `test ${minute}`,
    value: { phase: "planning", step: "completed", agent: null, summary: null, plan },
  }));
}

test.each([
  { title: "nobody planned", plans: [], plan: null },
  { title: "the phases tell of no plan", plans: [null, null], plan: null },
  { title: "there is one", plans: [FIRST], plan: FIRST },
  { title: "there is a later one", plans: [FIRST, SECOND], plan: SECOND },
  { title: "later phases tell of none", plans: [SECOND, FIRST, null, null], plan: FIRST },
])("the plan is the latest that was told, where $title", ({ plans, plan }) => {
  expect(planOf({ history: history(...plans) })).toEqual(plan);
});
