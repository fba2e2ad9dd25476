import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { type Area } from "../../../../src/changes/rules/areas.ts";
import { SIZES } from "../../../../src/changes/rules/size.ts";
import { CHANGE_TYPES } from "../../../../src/changes/rules/change-type.ts";
import { areaLabel, areaLook, labelName } from "../../../../src/changes/rules/label-catalogue.ts";
import { labelsFor } from "../../../../src/pull-requests/plan/rules/labels.ts";
import { DEFAULT_SETTINGS } from "../../../../src/repository-settings/settings.ts";

const ALL = DEFAULT_SETTINGS.labels;
const area = (label: string): Area => ({ name: label, label, paths: [] });
const ANALYSIS = {
  type: "fix",
  size: { size: "S", lines: 20, linesLeftOut: 0 },
  areas: [area("area: api")],
  risks: ["It changes migrations: a.sql."],
} as const;

function names(
  analysis: Parameters<typeof labelsFor>[0],
  wanted: Parameters<typeof labelsFor>[1],
  { conflicting = false } = {},
) {
  return labelsFor(analysis, wanted, { conflicting }).map(({ name }) => name);
}

test("a change has one label for each thing that is known of it", () => {
  expect(names(ANALYSIS, ALL)).toEqual(["ai-generated", "type: fix", "size: S", "risk: high", "area: api"]);
});

test("one that conflicts with its base says so", () => {
  expect(names(ANALYSIS, ALL, { conflicting: true })).toContain("merge conflict");
});

test("without a risk there is no label for it", () => {
  expect(names({ ...ANALYSIS, risks: [] }, ALL)).not.toContain("risk: high");
});

test.each([
  ["aiGenerated", "ai-generated"],
  ["type", "type: fix"],
  ["size", "size: S"],
  ["risk", "risk: high"],
] as const)("a repository can do without %s", (kind, name) => {
  expect(names(ANALYSIS, ALL)).toContain(name);
  expect(names(ANALYSIS, { ...ALL, [kind]: false })).not.toContain(name);
});

test("labels that GitHub takes for one are one, and one without a name is none", () => {
  const areas = [area("Backend"), area("backend"), area("TYPE: fix"), area("")];
  const all = names({ ...ANALYSIS, areas }, ALL);
  expect(all).toEqual(["ai-generated", "type: fix", "size: S", "risk: high", "Backend"]);
});

const LOOKS = CHANGE_TYPES.flatMap((type) =>
  SIZES.flatMap((size) =>
    labelsFor({ ...ANALYSIS, type, size: { ...ANALYSIS.size, size } }, ALL, { conflicting: true }),
  ),
);

test.each([...new Map(LOOKS.map((look) => [look.name, look])).values()])(
  "GitHub takes the label $name as it is",
  ({ name, color, description }) => {
    expect(color).toMatch(/^[0-9a-f]{6}$/);
    // https://docs.github.com/en/rest/issues/labels#create-a-label
    expect(name.length).toBeLessThanOrEqual(50);
    expect(description.length).toBeLessThanOrEqual(100);
  },
);

test("there is a label for each type and each size, and for what is so at most once", () => {
  expect(new Set(LOOKS.map(({ name }) => name)).size).toBe(CHANGE_TYPES.length + SIZES.length + 4);
});

test("an area's label is called after it and always looks the same", () => {
  expect(areaLabel("api")).toBe("area: api");
  expect(areaLook("area: api")).toEqual(areaLook("area: api"));
  expect(areaLook("area: api")).toMatchObject({ name: "area: api", description: "Changes api" });
});

test("whatever an area is called, GitHub takes its label, and two that begin alike stay two", () => {
  const name = fc.string({ unit: "binary", maxLength: 300 });
  fc.assert(
    fc.property(name, (name) => {
      const look = areaLook(areaLabel(name));
      expect(look.name.length).toBeLessThanOrEqual(50);
      expect(look.description.length).toBeLessThanOrEqual(100);
      expect(look.color).toMatch(/^[0-9a-f]{6}$/);
      expect(look.description).not.toMatch(/[\ud800-\udfff]/);
      expect(look.name.isWellFormed() && !/[\n\r\t]/.test(look.name)).toBe(true);
    }),
  );
  for (let length = 0; length < 20; length++) {
    expect(labelName("a".repeat(length) + "😀".repeat(40)).isWellFormed()).toBe(true);
  }
  const long = "a name that is so long that it does not fit in a label, the";
  expect(labelName(`${long} first`)).toMatch(/^a name that is so long.*…[0-9a-z]+$/);
  expect(labelName(`${long} first`)).not.toBe(labelName(`${long} second`));
});
