import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { filledIn, type ReadDashboard, type ReadPanel } from "../dashboards/read-panels.ts";
import { type Answered, askNow, askOver, type Period } from "./ask-prometheus.ts";
import { type Drawing, drawingOf, type Line, nameOf } from "./rules/drawing.ts";

const PAGE = new URL("page.html", import.meta.url).href;
const UPLOT = fileURLToPath(import.meta.resolve("uplot/dist/uPlot.iife.min.js"));
const UPLOT_STYLE = fileURLToPath(import.meta.resolve("uplot/dist/uPlot.min.css"));
/** Grafana takes four scrapes for the shortest rate; a smooth line over a short run needs more. */
const RATE_SECONDS = 15;
const WIDTH_PX = 1_370;
const HEIGHT_PX = 900;

interface Context {
  readonly prometheusUrl: string;
  readonly period: Period;
  readonly browser: Browser;
}

/** Writes a picture of a dashboard over a period. @throws Error if Prometheus refuses an expression */
export async function drawDashboard(
  { title, panels }: ReadDashboard,
  file: string,
  { prometheusUrl, period, browser }: Context,
): Promise<void> {
  const drawings = await Promise.all(panels.map((panel) => drawingFor(panel, prometheusUrl, period)));
  const page = await browser.newPage({ viewport: { width: WIDTH_PX, height: HEIGHT_PX } });
  await page.goto(PAGE);
  await page.addScriptTag({ path: UPLOT });
  await page.addStyleTag({ path: UPLOT_STYLE });
  await page.evaluate(`draw(${JSON.stringify({ title, drawings })})`);
  await page.screenshot({ path: file, fullPage: true });
  await page.close();
}

async function drawingFor(panel: ReadPanel, prometheusUrl: string, period: Period): Promise<Drawing> {
  const times = timesOf(period);
  const answers = await Promise.all(
    panel.targets.map(async (target) => {
      const answered = await answersTo(target, prometheusUrl, period);
      return answered.map(({ labels, samples }): Line => {
        const byTime = new Map(samples);
        const values = target.instant
          ? samples.map(([, value]) => value)
          : times.map((time) => byTime.get(time) ?? null);
        return {
          name: nameOf(target.legendFormat, labels),
          values: values.map((value) => (Number.isNaN(value) ? null : value)),
        };
      });
    }),
  );
  return drawingOf(panel, answers.flat(), times);
}

/** The answer of Prometheus to one query of a panel, as Grafana would ask it. */
export function answersTo(
  { expr, instant }: ReadPanel["targets"][number],
  prometheusUrl: string,
  period: Period,
): Promise<Answered[]> {
  const filled = filledIn(expr, {
    rangeSeconds: period.to - period.from,
    stepSeconds: period.step,
    rateSeconds: RATE_SECONDS,
  });
  return instant
    ? askNow(prometheusUrl, { expr: filled, at: period.to })
    : askOver(prometheusUrl, filled, period);
}

function timesOf({ from, to, step }: Period): number[] {
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step);
}
