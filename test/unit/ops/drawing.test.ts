import { describe, expect, test } from "../../support/testing.ts";
import type { ReadPanel } from "../../../script/ops/dashboards/read-panels.ts";
import { drawingOf, nameOf } from "../../../script/ops/draw/rules/drawing.ts";
import { ticks } from "../../../script/ops/draw/rules/ticks.ts";
import { wordsOfValue } from "../../../script/ops/draw/rules/words-of-value.ts";

const STEPS = [
  { value: null, color: "green" },
  { value: 0.75, color: "yellow" },
  { value: 0.85, color: "red" },
];
const TIMES = [0, 5, 10];

function panel(
  type: string,
  defaults: Partial<NonNullable<ReadPanel["fieldConfig"]>["defaults"]> = {},
): ReadPanel {
  return {
    type,
    title: "How full?",
    description: "",
    links: [],
    gridPos: { x: 0, y: 0, w: 8, h: 6 },
    targets: [{ expr: "up", legendFormat: "", instant: type !== "timeseries" }],
    fieldConfig: {
      defaults: { unit: "percentunit", mappings: [], custom: {}, thresholds: { steps: STEPS }, ...defaults },
    },
  };
}

test.each([
  [0, "short", "0"],
  [12_345, "short", "12.3 k"],
  [2_500_000, "short", "2.5 M"],
  [0.0042, "s", "4.2 ms"],
  [1, "s", "1 s"],
  [300, "s", "5 min"],
  [7_200, "s", "2 h"],
  [259_200, "s", "3 d"],
  [0, "bytes", "0 B"],
  [1_101_005, "bytes", "1.05 MiB"],
  [0.223, "percentunit", "22.3 %"],
  [1.5, "currencyUSD", "$1.50"],
  [3.25, "reqps", "3.25/s"],
  [Number.NaN, "s", "–"],
])("%d in %s is %s", (value, unit, words) => {
  expect(wordsOfValue(value, unit)).toBe(words);
});

test("a unit that the pictures do not know is an error, and no number without a unit", () => {
  expect(() => wordsOfValue(1, "celsius")).toThrow("celsius");
});

test.each([
  [0, "short", [0, 0.25, 0.5, 0.75, 1]],
  [7, "short", [0, 2, 4, 6, 8]],
  [4, "short", [0, 1, 2, 3, 4]],
  [0.44, "s", [0, 0.2, 0.4, 0.6]],
  [400 * 1024 ** 2, "bytes", [0, 100, 200, 300, 400].map((count) => count * 1024 ** 2)],
])("an axis up to %d in %s has round marks", (max, unit, expected) => {
  expect(ticks(max, unit).map((at) => Number(at.toPrecision(12)))).toEqual(expected);
});

test("a series is called by the words of its query and its labels", () => {
  expect(nameOf("{{status}} in {{phase}}", { status: "failed", phase: "planning" })).toBe(
    "failed in planning",
  );
});

describe("a panel", () => {
  test.each([
    [0.7, "green"],
    [0.75, "yellow"],
    [0.9, "red"],
  ])("with %d is %s", (value, colour) => {
    const drawing = drawingOf(panel("bargauge", { max: 1 }), [{ name: "a", values: [value] }], []);
    expect(drawing).toMatchObject({ kind: "bars", tiles: [{ name: "a", colour, share: value }] });
  });

  test("shows words in place of a number if it has them", () => {
    const mappings = [{ options: { "0": { text: "down" }, "1": { text: "up" } } }];
    const drawing = drawingOf(
      panel("stat", { mappings, unit: "short" }),
      [{ name: "redis", values: [0] }],
      [],
    );
    expect(drawing).toMatchObject({ kind: "tiles", tiles: [{ name: "redis", words: "down" }] });
  });

  test("without any value says so", () => {
    const drawing = drawingOf(
      panel("timeseries", { noValue: "none yet" }),
      [{ name: "a", values: [null] }],
      TIMES,
    );
    expect(drawing).toMatchObject({ kind: "empty", words: "none yet" });
  });

  test("with columns is as high as they are together, and one with lines as the highest", () => {
    const lines = [
      { name: "a", values: [1, 2, null] },
      { name: "b", values: [3, 3, 1] },
    ];
    const top = (drawing: ReturnType<typeof drawingOf>) =>
      "ticks" in drawing ? drawing.ticks.at(-1)?.at : null;
    const columns = panel("timeseries", { unit: "short", custom: { drawStyle: "bars" } });
    expect(top(drawingOf(columns, lines, TIMES))).toBe(6);
    expect(top(drawingOf(panel("timeseries", { unit: "short" }), lines, TIMES))).toBe(3);
  });

  test("whose values are all 0 has the scale of its limits", () => {
    const custom = { thresholdsStyle: { mode: "dashed" } };
    const drawing = drawingOf(panel("timeseries", { custom }), [{ name: "a", values: [0, 0, 0] }], TIMES);
    expect(drawing).toMatchObject({
      limits: [
        { at: 0.75, colour: "yellow" },
        { at: 0.85, colour: "red" },
      ],
    });
    expect(drawing).toMatchObject({ ticks: expect.arrayContaining([{ at: 1, words: "100 %" }]) });
  });
});
