import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

const position = z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() });
const step = z.object({ value: z.number().nullable(), color: z.string() });
const link = z.object({ url: z.string().optional() });
const panel = z.object({
  type: z.string(),
  title: z.string(),
  description: z.string().default(""),
  gridPos: position,
  links: z.array(link).default([]),
  targets: z
    .array(z.object({ expr: z.string(), legendFormat: z.string(), instant: z.boolean().default(false) }))
    .default([]),
  fieldConfig: z
    .object({
      defaults: z.object({
        unit: z.string().optional(),
        max: z.number().optional(),
        noValue: z.string().optional(),
        thresholds: z.object({ steps: z.array(step) }).optional(),
        mappings: z
          .array(z.object({ options: z.record(z.string(), z.object({ text: z.string() })) }))
          .default([]),
        custom: z
          .object({
            drawStyle: z.string().optional(),
            thresholdsStyle: z.object({ mode: z.string() }).optional(),
          })
          .default({}),
      }),
    })
    .optional(),
});
const dashboard = z.object({
  links: z.array(link).default([]),
  uid: z.string(),
  title: z.string(),
  description: z.string(),
  panels: z.array(panel),
});

/** The parts of a panel's JSON that are checked and drawn. */
export type ReadPanel = z.infer<typeof panel>;
export type ReadDashboard = z.infer<typeof dashboard>;

/** Every dashboard of a folder, as Grafana would read it. */
export async function readDashboards(folder: string): Promise<ReadDashboard[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".json"));
  return Promise.all(
    names
      .toSorted()
      .map(async (name) => dashboard.parse(JSON.parse(await readFile(join(folder, name), "utf8")))),
  );
}

/** What Grafana puts in place of its variables, in seconds. */
export interface Spans {
  /** `$__range`: all that is shown. */
  readonly rangeSeconds: number;
  /** `$__interval`: from one value of a graph to the next. */
  readonly stepSeconds: number;
  /** `$__rate_interval`: what a rate is computed over. */
  readonly rateSeconds: number;
}

/** An expression as Prometheus gets it. */
export function filledIn(expression: string, { rangeSeconds, stepSeconds, rateSeconds }: Spans): string {
  return expression
    .replaceAll("$__rate_interval", `${rateSeconds}s`)
    .replaceAll("$__interval", `${stepSeconds}s`)
    .replaceAll("$__range", `${rangeSeconds}s`);
}
