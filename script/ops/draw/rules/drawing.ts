import type { ReadPanel } from "../../dashboards/read-panels.ts";
import { ticks } from "./ticks.ts";
import { wordsOfValue } from "./words-of-value.ts";

/** One series of a panel: what it is called, and its values; `null` where it has none. */
export interface Line {
  readonly name: string;
  readonly values: readonly (number | null)[];
}

interface Tile {
  readonly name: string;
  readonly words: string;
  readonly colour: string;
  /** How long its bar is, from 0 to 1. */
  readonly share: number;
}

/** A panel as the page draws it. */
export type Drawing = { readonly title: string; readonly place: ReadPanel["gridPos"] } & (
  | { readonly kind: "row" }
  | { readonly kind: "empty"; readonly words: string }
  | {
      readonly kind: "tiles" | "bars";
      readonly coloured: boolean;
      readonly named: boolean;
      readonly tiles: readonly Tile[];
    }
  | {
      readonly kind: "lines" | "columns";
      readonly times: readonly number[];
      readonly lines: readonly { readonly name: string; readonly values: Line["values"] }[];
      readonly ticks: readonly { readonly at: number; readonly words: string }[];
      readonly limits: readonly { readonly at: number; readonly colour: string }[];
    }
);

/**
 * What a panel shows of the answers to its queries.
 *
 * @param times of the values of each line, in seconds since 1970
 */
export function drawingOf(panel: ReadPanel, lines: readonly Line[], times: readonly number[]): Drawing {
  const { title, gridPos: place, type } = panel;
  if (type === "row") return { title, place, kind: "row" };
  const words = panel.fieldConfig?.defaults.noValue ?? "No data";
  const shown = lines.filter(({ values }) => values.some((value) => value !== null));
  if (shown.length === 0) return { title, place, kind: "empty", words };
  return type === "timeseries" ? overTime(panel, shown, times) : atEnd(panel, shown);
}

function atEnd(panel: ReadPanel, lines: readonly Line[]): Drawing {
  const { title, gridPos: place, type, targets } = panel;
  const { unit, steps, mappings, max: whole } = settingsOf(panel);
  const values = lines.map(({ values: [value] }) => value ?? Number.NaN);
  const longest = whole ?? Math.max(...values, Number.EPSILON);
  const tiles = lines.map(({ name }, index) => {
    const value = values[index] ?? Number.NaN;
    const words = mappings.flatMap(({ options }) => options[String(value)]?.text ?? [])[0];
    return {
      name,
      words: words ?? wordsOfValue(value, unit),
      colour: colourOf(value, steps),
      share: Math.min(1, Math.max(0, value / longest)),
    };
  });
  const coloured = steps.length > 1;
  const named = targets.length > 1 || tiles.length > 1 || mappings.length > 0;
  return { title, place, kind: type === "stat" ? "tiles" : "bars", coloured, named, tiles };
}

function overTime(panel: ReadPanel, lines: readonly Line[], times: readonly number[]): Drawing {
  const { title, gridPos: place } = panel;
  const { unit, steps, custom } = settingsOf(panel);
  const isStacked = custom.drawStyle === "bars";
  const highest = Math.max(
    ...(isStacked
      ? sums(lines, times.length)
      : lines.flatMap(({ values }) => values.map((value) => value ?? 0))),
  );
  const limits = custom.thresholdsStyle
    ? steps.flatMap(({ value, color }) => (value === null ? [] : [{ at: value, colour: color }]))
    : [];
  // Where all is 0, the limits give the scale.
  const scale = highest > 0 ? highest : Math.max(0, ...limits.map(({ at }) => at));
  const marks = ticks(scale, unit).map((at) => ({ at, words: wordsOfValue(at, unit) }));
  return { title, place, kind: isStacked ? "columns" : "lines", times, lines, ticks: marks, limits };
}

function sums(lines: readonly Line[], length: number): number[] {
  return Array.from({ length }, (_, index) =>
    lines.reduce((sum, { values }) => sum + (values[index] ?? 0), 0),
  );
}

function settingsOf({ fieldConfig }: ReadPanel) {
  const { unit = "short", max, thresholds, mappings = [], custom = {} } = fieldConfig?.defaults ?? {};
  return { unit, max, steps: thresholds?.steps ?? [], mappings, custom };
}

/** The steps rise; the last one that the value reaches decides. */
function colourOf(
  value: number,
  steps: readonly { readonly value: number | null; readonly color: string }[],
): string {
  return steps.findLast((step) => step.value === null || value >= step.value)?.color ?? "blue";
}

/** The name of a series, from the words of its query. */
export function nameOf(legend: string, labels: Readonly<Record<string, string>>): string {
  return legend.replaceAll(/\{\{(\w+)\}\}/g, (_, label: string) => labels[label] ?? "");
}
