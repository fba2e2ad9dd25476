import { readdir, readFile } from "node:fs/promises";
import GithubSlugger from "github-slugger";
import { describe, expect, test } from "../support/testing.ts";
import { DASHBOARDS_FOLDER } from "../../script/ops/dashboards/all-dashboards.ts";
import { filledIn, readDashboards } from "../../script/ops/dashboards/read-panels.ts";
import { exportedMetrics } from "../../script/ops/promql/exported.ts";
import { readRules } from "../../script/ops/promql/read-rules.ts";
import { inspect } from "../../script/ops/promql/rules/inspect.ts";
import { seriesOf } from "../../script/ops/promql/rules/series.ts";
import { missing } from "../../script/ops/promql/rules/value.ts";
import { inspectRule, withRules } from "../../script/ops/promql/rules/with-rules.ts";

const rules = await readRules("ops/prometheus");
const known = withRules(seriesOf(await exportedMetrics()), rules);
const dashboards = await readDashboards(DASHBOARDS_FOLDER);
const queries = dashboards.flatMap(({ title, panels }) =>
  panels.flatMap((panel) =>
    panel.targets.map((target) => ({ ...target, dashboard: title, panel: panel.title })),
  ),
);

/** How many expressions each folder of `ops/` has; a folder that is not listed here has unchecked ones. */
const EXPRESSIONS: Readonly<Record<string, number>> = {
  alertmanager: 0,
  grafana: queries.length,
  prometheus: rules.length,
};
const WITHOUT_EXPRESSIONS = new Set(["alertmanager"]);

test.each(await readdir("ops"))("the expressions of ops/%s are found", (folder) => {
  expect(Object.keys(EXPRESSIONS)).toContain(folder);
  if (!WITHOUT_EXPRESSIONS.has(folder)) expect(EXPRESSIONS[folder]).toBeGreaterThan(0);
});

test.each(queries)(
  "$dashboard: $panel: $legendFormat asks for what the bot exports",
  ({ expr, legendFormat }) => {
    const { problems, value } = inspect(
      filledIn(expr, { rangeSeconds: 3_600, stepSeconds: 60, rateSeconds: 60 }),
      known,
    );
    expect(problems).toEqual([]);
    const named = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = ""]) => label);
    expect(missing(value, named)).toEqual([]);
  },
);

test.each(dashboards)(
  "$title links to a section of the runbook, as do its panels",
  async ({ links, panels }) => {
    const slugger = new GithubSlugger();
    const headings = [...(await readFile("docs/runbook.md", "utf8")).matchAll(/^#+ (.+)$/gm)];
    const sections = ["", ...headings.map(([, words = ""]) => `#${slugger.slug(words)}`)];
    const urls = [...links, ...panels.flatMap((panel) => panel.links)].flatMap(({ url = "" }) =>
      url ? [url] : [],
    );
    expect(urls.length).toBeGreaterThan(panels.filter(({ type }) => type !== "row").length);
    for (const url of urls) expect(sections).toContain(url.split("runbook.md")[1]);
  },
);

describe("rules", () => {
  test("ask for what the bot exports", () => {
    const wrong = rules.map(
      (rule) => [rule.file, rule.record ?? rule.alert, inspectRule(rule, known)] as const,
    );
    expect(wrong.filter(([, , problems]) => problems.length > 0)).toEqual([]);
  });
});
