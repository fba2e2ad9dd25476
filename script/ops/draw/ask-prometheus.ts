import { z } from "zod";

/** Prometheus writes values as text, because JSON has neither NaN nor infinity. */
const value = z.string().transform((text) => Number(text.replace("Inf", "Infinity")));
const sample = z.tuple([z.number(), value]);
const labels = z.record(z.string(), z.string());
const answer = z.object({
  data: z.discriminatedUnion("resultType", [
    z.object({
      resultType: z.literal("vector"),
      result: z.array(z.object({ metric: labels, value: sample })),
    }),
    z.object({
      resultType: z.literal("matrix"),
      result: z.array(z.object({ metric: labels, values: z.array(sample) })),
    }),
    z.object({ resultType: z.literal("scalar"), result: sample }),
  ]),
});

/** One series of an answer: its labels, and pairs of seconds since 1970 and values. */
export interface Answered {
  readonly labels: Readonly<Record<string, string>>;
  readonly samples: readonly (readonly [number, number])[];
}

/** What is asked for, in seconds since 1970. */
export interface Period {
  readonly from: number;
  readonly to: number;
  /** Seconds between two values. */
  readonly step: number;
}

/** What an expression gives at one time. @throws Error if Prometheus refuses it */
export function askNow(
  prometheusUrl: string,
  { expr, at }: { expr: string; at: number },
): Promise<Answered[]> {
  return ask(new URL("/api/v1/query", prometheusUrl), { query: expr, time: String(at) });
}

/** What an expression gives over time. @throws Error if Prometheus refuses it */
export function askOver(
  prometheusUrl: string,
  expr: string,
  { from, to, step }: Period,
): Promise<Answered[]> {
  const period = { start: String(from), end: String(to), step: String(step) };
  return ask(new URL("/api/v1/query_range", prometheusUrl), { query: expr, ...period });
}

async function ask(url: URL, fields: Record<string, string>): Promise<Answered[]> {
  const response = await fetch(url, { method: "POST", body: new URLSearchParams(fields) });
  if (!response.ok) throw new Error(`Prometheus refuses ${fields["query"]}: ${await response.text()}`);
  const { data } = answer.parse(await response.json());
  switch (data.resultType) {
    case "scalar":
      return [{ labels: {}, samples: [data.result] }];
    case "vector":
      return data.result.map(({ metric, value }) => ({ labels: metric, samples: [value] }));
    case "matrix":
      return data.result.map(({ metric, values }) => ({ labels: metric, samples: values }));
    default:
      return data satisfies never;
  }
}
