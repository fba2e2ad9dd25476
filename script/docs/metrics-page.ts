import type { MetricDescription } from "../../src/monitoring/metrics.ts";

const INTRODUCTION = `# Metrics

<!-- Made from the telemetry of src/telemetry/ by \`node script/generate-docs.ts\`; change it there. -->

\`GET /metrics\` has them in Prometheus' text format: without a token on the machine itself, with the scope \`read\` from elsewhere. Names of
repositories, branches and people are in no label. A label whose values come from outside shows the first of them, and the rest as \`other\`.
Besides these there are [prom-client's metrics of the process](https://github.com/siimon/prom-client#default-metrics): memory, processor time and the event loop.
`;

/** The text of `docs/metrics.md`. */
export function metricsPage(metrics: readonly MetricDescription[]): string {
  const head = ["| metric | type | labels | what it is |", "| --- | --- | --- | --- |"];
  return `${INTRODUCTION}\n${[...head, ...metrics.map(rowOf).toSorted()].join("\n")}\n`;
}

function rowOf({ name, type, labels, help }: MetricDescription): string {
  const shown = labels.map((label) => `\`${label}\``).join(", ");
  return `| \`${name}\` | ${type} | ${shown} | ${help.replaceAll("|", "\\|")} |`;
}
