import { expect, test } from "@jest/globals";
import { areasOf } from "../../../src/changes/rules/areas.ts";
import { effortOf } from "../../support/effort.ts";

const BRANCHES = { headBranch: "agent/x", baseBranch: "main", labeler: null };
const LABELER = { path: ".github/labeler.yml", text: "Backend:\n- changed-files: 'src/**'" };

test("an area is what its globs say, later ones that begin with ! taken out", () => {
  const settings = { areas: { api: ["src/api/**", "!**/*.md"], docs: ["**/*.md"], web: ["web/**"] } };
  const paths = ["src/api/a.ts", "src/api/README.md", "src/b.ts"];
  expect(areasOf({ ...BRANCHES, paths, settings })).toEqual({
    areas: [
      { name: "api", label: "area: api", paths: ["src/api/a.ts"] },
      { name: "docs", label: "area: docs", paths: ["src/api/README.md"] },
    ],
    problems: [],
  });
});

test("where the settings name no areas, those of labeler.yml count, by the names that it gives them", () => {
  const facts = { ...BRANCHES, paths: ["src/a.ts"], labeler: LABELER };
  const backend = { name: "Backend", label: "Backend", paths: ["src/a.ts"] };
  expect(areasOf({ ...facts, settings: { areas: {} } }).areas).toEqual([backend]);
  expect(areasOf({ ...facts, settings: { areas: { all: ["**"] } } }).areas).toEqual([
    { name: "all", label: "area: all", paths: ["src/a.ts"] },
  ]);
});

test("without either there are none", () => {
  expect(areasOf({ ...BRANCHES, paths: ["a"], settings: { areas: {} } })).toEqual({
    areas: [],
    problems: [],
  });
});

test("a glob that can't be read is told of; the others stand", () => {
  const settings = { areas: { api: ["+(a|b)", "src/**"] } };
  const { areas, problems } = areasOf({ ...BRANCHES, paths: ["src/a.ts"], settings });
  expect(areas).toHaveLength(1);
  expect(problems).toMatchObject([
    { code: "glob_unreadable", reason: expect.stringContaining("areas.api has the pattern +(a|b)") },
  ]);
});

test("more areas or patterns than anybody needs are left out and told of", () => {
  const many = Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`a${index}`, ["**"]]));
  const facts = { ...BRANCHES, paths: ["a"] };
  const found = areasOf({ ...facts, settings: { areas: many } });
  expect(found.areas).toHaveLength(100);
  expect(found.problems).toMatchObject([{ code: "too_many_areas" }]);
  const long = Object.fromEntries(
    Array.from({ length: 11 }, (_, index) => [`a${index}`, Array(100).fill("{a,b}")]),
  );
  expect(areasOf({ ...facts, settings: { areas: long } })).toMatchObject({
    areas: { length: 10 },
    problems: [{ code: "too_many_areas" }],
  });
});

test("problems of labeler.yml are told of", () => {
  const labeler = { ...LABELER, text: "a: 'src/**'" };
  const { problems } = areasOf({ ...BRANCHES, paths: ["a"], settings: { areas: {} }, labeler });
  expect(problems).toMatchObject([{ code: "labeler_unreadable" }]);
});

test("3 000 files and 30 areas take little effort", () => {
  const paths = Array.from(
    { length: 3_000 },
    (_, index) => `packages/module-${index % 60}/src/components/panel/File${index}.service.ts`,
  );
  const areas = Object.fromEntries(
    Array.from({ length: 30 }, (_, index) => [
      `area-${index}`,
      [`packages/module-${index}/**`, `**/*-${index}.{ts,tsx}`, `!**/*.spec.ts`],
    ]),
  );
  const find = () => expect(areasOf({ ...BRANCHES, paths, settings: { areas } }).areas).toHaveLength(30);
  expect(effortOf(find, { atMost: 40 })).toBeLessThan(40);
});
