import { PanelBuilder as BarGauge } from "@grafana/grafana-foundation-sdk/bargauge";
import {
  BarGaugeDisplayMode,
  BigValueColorMode,
  BigValueGraphMode,
  BigValueTextMode,
  GraphDrawStyle,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizOrientation,
  VizTooltipOptionsBuilder,
} from "@grafana/grafana-foundation-sdk/common";
import {
  FieldColorBuilder,
  FieldColorModeId,
  MappingType,
  type Threshold,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { DataqueryBuilder } from "@grafana/grafana-foundation-sdk/prometheus";
import { PanelBuilder as Stat } from "@grafana/grafana-foundation-sdk/stat";
import { PanelBuilder as TimeSeries } from "@grafana/grafana-foundation-sdk/timeseries";

/** The variable by which a person chooses which Prometheus is asked. */
const DATASOURCE = { type: "prometheus", uid: "${datasource}" };
/** Prometheus needs a few scrapes in each step, to see how much a counter has grown. */
const STEP_MIN = "1m";

interface Query {
  readonly expr: string;
  /** What a series is called: words, and labels as `{{label}}`. */
  readonly legend: string;
}

/** Values from which on a panel is yellow or red; with `low`, those below which it is. */
interface Limits {
  readonly warn?: number;
  readonly bad: number;
  readonly low?: true;
}

interface PanelSettings {
  /** A question or a statement that a person understands without this project's words. */
  readonly title: string;
  /** What to do about it, or how to read it: shown at the title. */
  readonly help: string;
  /** Of Grafana: `s`, `bytes`, `percentunit`, … */
  readonly unit: string;
  /** Of the 24 columns. */
  readonly width: number;
  readonly queries: readonly Query[];
  readonly limits?: Limits;
}

/** A part of a dashboard. */
export type AnyPanel = Stat | BarGauge | TimeSeries;

/** The value of each series as a large number, coloured by its limits. @param words in place of 0 and of 1 */
export function numbers(settings: PanelSettings & { readonly words?: readonly [string, string] }): AnyPanel {
  const panel = basics(new Stat(), settings, { isInstant: true })
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(["lastNotNull"]))
    .colorMode(settings.limits ? BigValueColorMode.Background : BigValueColorMode.Value)
    .graphMode(BigValueGraphMode.None)
    .textMode(
      settings.queries.length > 1 || settings.words ? BigValueTextMode.ValueAndName : BigValueTextMode.Auto,
    )
    .orientation(VizOrientation.Auto);
  const { words } = settings;
  if (!words) return panel;
  const options = { "0": { text: words[0] }, "1": { text: words[1] } };
  return panel.mappings([{ type: MappingType.ValueToText, options }]);
}

/** A bar for each series, the longest first if the expression sorts them. */
export function bars(settings: PanelSettings & { readonly max?: number }): AnyPanel {
  const panel = basics(new BarGauge(), settings, { isInstant: true })
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(["lastNotNull"]))
    .displayMode(BarGaugeDisplayMode.Basic)
    .orientation(VizOrientation.Horizontal)
    .showUnfilled(true)
    .min(0);
  return settings.max === undefined ? panel : panel.max(settings.max);
}

/** A line for each series over time. Its limits are lines too. */
export function lines(settings: PanelSettings): AnyPanel {
  const panel = overTime(settings).fillOpacity(0).lineWidth(2);
  if (!settings.limits) return panel;
  return panel.thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed));
}

/** How much of what happened when: columns, one upon another. */
export function columns(settings: PanelSettings): AnyPanel {
  return overTime(settings)
    .drawStyle(GraphDrawStyle.Bars)
    .fillOpacity(80)
    .lineWidth(0)
    .stacking(new StackingConfigBuilder().mode(StackingMode.Normal));
}

function overTime(settings: PanelSettings): TimeSeries {
  return basics(new TimeSeries(), settings, { isInstant: false })
    .min(0)
    .interval(STEP_MIN)
    .showPoints(VisibilityMode.Never)
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .showLegend(true),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi));
}

function basics<Made extends Stat | BarGauge | TimeSeries>(
  panel: Made,
  { title, help, unit, width, queries, limits }: PanelSettings,
  { isInstant }: { readonly isInstant: boolean },
): Made {
  panel
    .title(title)
    .description(help)
    .unit(unit)
    .span(width)
    .noValue("none yet")
    .datasource(DATASOURCE)
    .thresholds(new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(stepsOf(limits)))
    .colorScheme(
      new FieldColorBuilder().mode(
        isInstant ? FieldColorModeId.Thresholds : FieldColorModeId.PaletteClassicByName,
      ),
    );
  for (const [index, { expr, legend }] of queries.entries()) {
    const query = new DataqueryBuilder()
      .refId(String.fromCodePoint(65 + index))
      .datasource(DATASOURCE)
      .expr(expr)
      .legendFormat(legend);
    panel.withTarget(isInstant ? query.instant() : query.range());
  }
  return panel;
}

function stepsOf(limits: Limits | undefined): Threshold[] {
  if (!limits) return [{ value: null, color: "blue" }];
  const { warn = null, bad, low = false } = limits;
  const steps = low
    ? [
        { value: null, color: "red" },
        { value: bad, color: warn === null ? "green" : "yellow" },
      ]
    : [{ value: null, color: "green" }];
  if (warn !== null) steps.push({ value: warn, color: low ? "green" : "yellow" });
  return low ? steps : [...steps, { value: bad, color: "red" }];
}
