import { leftOut } from "../../../../src/workspaces/archive/rules/left-out.ts";
import { expect, test } from "../../../support/testing.ts";

const paths = (...texts: string[]): Buffer[] => texts.map((text) => Buffer.from(text));
const decide = leftOut({
  rebuildable: paths("node_modules", "dist", "node_modules/inner/node_modules", ".DS_Store"),
  repositories: paths("", "node_modules/inner", "packages/lib"),
  tracked: paths("src/a.ts", "dist/kept/b.js"),
});

test.each([
  ["src/a.ts", "archive"],
  ["packages/lib/a", "archive"],
  ["node_modules", "pass"],
  ["node_modules/left-pad", "leave_out"],
  ["node_modules/inner", "archive"],
  ["node_modules/inner/.git/HEAD", "archive"],
  ["node_modules/inner/node_modules", "leave_out"],
  ["node_modules/inner2", "leave_out"],
  ["dist", "pass"],
  ["dist/kept", "pass"],
  ["dist/kept/b.js", "archive"],
  ["dist/kept/b.js.map", "leave_out"],
  [".DS_Store", "leave_out"],
  ["distance", "archive"],
] as const)("%s: %s", (path, decision) => {
  expect(decide(Buffer.from(path))).toBe(decision);
});

test("without anything to rebuild, all is archived", () => {
  const all = leftOut({ rebuildable: [], repositories: paths(""), tracked: [] });
  expect(all(Buffer.from("node_modules/x"))).toBe("archive");
});
