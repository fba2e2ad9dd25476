import { mentionedObjects } from "../../../../src/workspaces/archive/rules/mentioned-objects.ts";
import { expect, test } from "../../../support/testing.ts";

const one = "1".repeat(40);
const two = "2a".repeat(20);
const long = "3".repeat(64);

test.each([
  ["a ref", `${one}\n`, [one]],
  ["packed refs", `# pack-refs\n${one} refs/tags/v1\n^${two}\n`, [one, two]],
  ["a reflog", `${"0".repeat(40)} ${one} A <a@example.com> 0 +0000\tcommit`, [one]],
  ["a list of a rebase", `pick ${one} # First\nexec make\npick ${two}\n`, [one, two]],
  ["a log of a bisection", `git bisect bad ${one}\n# good: [${two}] First\n`, [one, two]],
  ["SHA-256", `${long}\n`, [long]],
  ["a symbolic ref", "ref: refs/heads/main\n", []],
  ["longer and shorter numbers", `${"4".repeat(39)} ${"5".repeat(41)} ${"6".repeat(65)}`, []],
])("objects in %s", (_, text, objects) => {
  expect(mentionedObjects(text)).toEqual(objects);
});
