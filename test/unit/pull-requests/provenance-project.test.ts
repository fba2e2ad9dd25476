import { expect, test } from "@jest/globals";
import { projectsNamedIn } from "../../../src/pull-requests/upkeep/rules/provenance-project.ts";
import { hiddenJson } from "../../../src/text/hidden-json.ts";

const provenance = (project: string) => hiddenJson("orb-provenance", { project, requestedBy: null });

test.each(["csv-export-1", "a", "A.b_c:d-9", "x".repeat(128)])(
  "the project %s is read as it is written",
  (id) => {
    expect(projectsNamedIn(`Before\n\n${provenance(id)}\n\nAfter`)).toEqual([id]);
  },
);

test.each([
  ["no line of ours", "Adds an export"],
  ["another line", hiddenJson("orb-other", { project: "a" })],
  ["what no project is called", provenance("a b")],
  ["one that is too long", provenance("x".repeat(129))],
])("%s names no project", (_what, body) => {
  expect(projectsNamedIn(body)).toEqual([]);
});

test("of several each is named once, and no more than can be tried", () => {
  const bodies = Array.from({ length: 30 }, (_, index) => provenance(`p${index % 25}`));
  expect(projectsNamedIn(bodies.join("\n"))).toHaveLength(20);
});
