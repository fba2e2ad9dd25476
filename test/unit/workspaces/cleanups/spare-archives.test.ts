import { nextName, replacedBy } from "../../../../src/workspaces/cleanups/rules/spare-archives.ts";
import { expect, test } from "../../../support/testing.ts";

const of = (...names: readonly string[]) => names.map((name) => ({ name, print: `print of ${name}` }));

test.each([
  ["the new one", "c", ["a", "b"], of("c")],
  ["the newest of the earlier ones, while nothing else may rely on a later one", "b", ["a"], of("b", "c")],
  ["the first", "a", [], of("a", "b", "c")],
  [
    "another one of this attempt, because the first of its name does not fit",
    "c-2",
    ["a", "b", "c"],
    [{ name: "c-2", print: "print of c" }],
  ],
] as const)("where %s is used, only what is older is outdated", (_, used, outdated, spares) => {
  expect(replacedBy(used, of("a", "b", "c"))).toEqual({ outdated, spares });
});

test.each([
  [[], "t"],
  [["s"], "t"],
  [["s", "t"], "t-2"],
  [["t", "t-2"], "t-3"],
] as const)("after %j the next one has a name of its own: %s", (names, expected) => {
  expect(nextName("t", of(...names))).toBe(expected);
});
