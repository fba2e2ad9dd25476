import { expect, test } from "@jest/globals";
import { sectionOf } from "../../support/description.ts";
import { useScenario } from "../../support/scenario.ts";
import { cloudEvent } from "../../support/signals.ts";

const scenario = useScenario();

function planned(project: string, areas: readonly string[], minute = 10) {
  const phase = { project, phase: "planning", agent: "planner" };
  return cloudEvent("orb.phase.completed", { ...phase, plan: { areas, steps: [] } }, { minute });
}

test("where the change leaves the plan is said: areas not touched, and files that nobody planned", async () => {
  await scenario.signal(planned("strayed", ["src/greet/**", "docs/**"]));
  await scenario.complete("strayed", {
    files: { "src/greet/hi.ts": "export {};\n", "script/deploy.sh": "true\n" },
  });
  const section = sectionOf(await scenario.opened("strayed"), "plan");
  expect(section).toContain("- **Not planned:** `script/deploy.sh`");
  expect(section).toContain("- **Planned but not changed:** `docs/**`");
});

test("the latest plan counts, and that a change keeps to it is said in a sentence", async () => {
  await scenario.signal(planned("kept", ["docs/**"], 10), planned("kept", ["src/**"], 20));
  await scenario.complete("kept", { files: { "src/hi.ts": "export {};\n" } });
  const section = sectionOf(await scenario.opened("kept"), "plan");
  expect(section).toContain("As planned: every planned area is changed, and nothing else.");
});

test("without a plan nothing is said of one", async () => {
  await scenario.complete("planless");
  expect(sectionOf(await scenario.opened("planless"), "plan")).toBe("");
});
