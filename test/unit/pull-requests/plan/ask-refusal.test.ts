import { afterEach, expect, test } from "../../../support/testing.ts";
import { HOSTILE_BRANCH } from "../../../../bench/hostile-repository.ts";
import { askRefusal } from "../../../../src/pull-requests/plan/ask-refusal.ts";
import { DEFAULT_SETTINGS } from "../../../../src/repository-settings/settings.ts";
import { Apart } from "../../../../src/work/apart/apart.ts";
import { turnsDuring } from "../../../support/loop-turns.ts";
import { COMPARISON, COMPLETION } from "./proposed-change.ts";

/** The settings accept them, and each stands for 46 patterns. */
const SLOW = Array.from(
  { length: 100 },
  (_, index) => `*${"a?".repeat(57)}{${",".repeat(22)}}{,}${"a?".repeat(57)}b*${index}`,
);

const FACTS = {
  completion: { ...COMPLETION, branch: HOSTILE_BRANCH },
  projectStatus: "completed",
  repository: { defaultBranch: "main", archived: false, private: true },
  settings: { ...DEFAULT_SETTINGS, branches: SLOW },
  inForce: {
    origins: {},
    fileNames: {
      owner: "the owner's .github/orb.yml",
      repository: ".github/orb.yml",
      base: ".github/orb.yml",
    },
  },
  base: "main",
  comparison: COMPARISON,
  existing: null,
  place: null,
};

let apart: Apart;
afterEach(() => apart.close());

test("while patterns of branches are compared other work has its turn", async () => {
  apart = new Apart();
  const { result, turns } = await turnsDuring(askRefusal(FACTS, apart));
  expect(result).toMatchObject({ code: "branch_not_allowed", reason: expect.stringContaining("accepts") });
  expect(turns).toBeGreaterThan(3);
});

test("a branch that could not be compared with the patterns is not allowed", async () => {
  apart = new Apart({ callMsMax: 1 });
  expect(await askRefusal(FACTS, apart)).toMatchObject({
    code: "branch_not_allowed",
    reason: expect.stringContaining("stopped reading baseBranches and branches in .github/orb.yml"),
  });
});
