import { describe, expect, test } from "../../support/testing.ts";
import { inspect } from "../../../script/ops/promql/rules/inspect.ts";
import { seriesOf } from "../../../script/ops/promql/rules/series.ts";
import { inspectRule, type Rule, withRules } from "../../../script/ops/promql/rules/with-rules.ts";

const KNOWN = seriesOf([
  { name: "sent_total", type: "counter", labels: ["kind", "outcome"] },
  { name: "lag_seconds", type: "gauge", labels: ["kind"] },
  { name: "room_ratio", type: "gauge", labels: ["host"] },
  { name: "took_seconds", type: "histogram", labels: ["kind"] },
]);

function problems(expression: string): readonly string[] {
  return inspect(expression, KNOWN).problems;
}

test.each([
  'sum by (kind) (rate(sent_total{outcome!="done"}[5m]))',
  'sum(increase(sent_total[1h])) / (sum(increase(sent_total{outcome="done"}[1h])) > 0)',
  'histogram_quantile(0.9, sum by (le, kind) (rate(took_seconds_bucket{job=~".+"}[5m])))',
  "rate(took_seconds_sum[5m]) / rate(took_seconds_count[5m])",
  "max by (kind) (lag_seconds) > 60 or vector(0)",
  "max_over_time(lag_seconds[1h]) - min_over_time(lag_seconds[1h])",
  "max_over_time(rate(sent_total[5m])[1h:])",
  "delta(lag_seconds[1h]) < 0 and on (instance) room_ratio",
  "lag_seconds * on (instance) group_left (host) room_ratio",
  "sum without (instance, job) (lag_seconds) > ignoring (kind) sum without (instance, job, kind) (lag_seconds)",
  'absent(up{job="orb-bot"}) or absent_over_time(sent_total[5m])',
  "count(sent_total) > 1000",
  'changes(lag_seconds[5m]) > 3 unless ALERTS{alertname="Away", severity="page"}',
  "time() - lag_seconds offset 5m",
  "-lag_seconds",
  'max by (place) (label_replace(room_ratio, "place", "$1", "host", "(.*)"))',
  "topk(3, sum by (kind) (rate(sent_total[5m])))",
  "sent_total unless sent_total offset 1h # bare counter: it finds series that are new",
])("right: %s", (expression) => {
  expect(problems(expression)).toEqual([]);
});

test.each([
  ["rate(sent_total[5m", "does not parse"],
  ["sum(rate(sent_total[5m]) by kind", "does not parse"],
  ["", "does not parse"],
  ["rate(sent_totals[5m])", "nothing exports sent_totals"],
  ["rate(took_seconds[5m])", "nothing exports took_seconds"],
  ['{kind="a"}', "names no metric"],
  ['rate(sent_total{type="a"}[5m])', "sent_total has no label type"],
  ['lag_seconds{host="a"}', "lag_seconds has no label host"],
  ["sum by (host) (lag_seconds)", "sum by or without host"],
  ["sum without (host) (lag_seconds)", "sum by or without host"],
  ["sum by (kind) (sum by (instance) (lag_seconds))", "sum by or without kind"],
  ["rate(lag_seconds[5m])", "rate of a gauge"],
  ["increase(up[5m])", "increase of a gauge"],
  ["rate(sum(rate(sent_total[1m]))[5m:])", "rate of a gauge"],
  ["delta(sent_total[5m])", "delta of a counter"],
  ["sent_total", "counter without rate"],
  ["sum(sent_total) > 5", "counter without rate"],
  ["max_over_time(sent_total[5m])", "counter without rate"],
  ["took_seconds_count", "counter without rate"],
  ["lag_seconds / sum by (kind, instance, job) (sent_total)", "counter without rate"],
  ["sent_total # bare counter:", "counter without rate"],
  ["rate(sent_total)", "rate needs a range"],
  ["max_over_time(lag_seconds)", "max_over_time needs a range"],
  ["abs(lag_seconds[5m])", "abs needs values at one time"],
  ["sum(lag_seconds[5m])", "sum needs values at one time"],
  ["lag_seconds[5m]", "gives ranges"],
  ["histogram_quantile(0.9, sum by (kind) (rate(took_seconds_bucket[5m])))", "needs the series of a _bucket"],
  ["histogram_quantile(0.9, rate(took_seconds_sum[5m]))", "needs the series of a _bucket"],
  ["histogram_quantile(0.9, sum(rate(took_seconds_bucket[5m])))", "needs the series of a _bucket"],
  ["histogram_quantile(0.9, took_seconds_bucket)", "counter without rate"],
  ["sum by (le) (histogram_quantile(0.9, rate(took_seconds_bucket[5m])))", "sum by or without le"],
  ["lag_seconds / room_ratio", "its sides never match"],
  ["sum by (kind) (lag_seconds) > sum(lag_seconds)", "its sides never match"],
  ["lag_seconds and room_ratio", "its sides never match"],
  ["lag_seconds / on (host) room_ratio", "on (host): the left side"],
  ["lag_seconds / on (kind) room_ratio", "on (kind): the right side"],
  ["lag_seconds / ignoring (outcome) lag_seconds", "ignoring (outcome): no side"],
  ["lag_seconds * on (job) group_left (outcome) room_ratio", "group_left (outcome): no such label"],
  ["sum by (kind) (lag_seconds / on (job) lag_seconds)", "sum by or without kind"],
])("wrong: %s: %s", (expression, expected) => {
  expect(problems(expression)).toContainEqual(expect.stringContaining(expected));
});

describe("rules", () => {
  const recorded = (record: string, expr: string, labels: readonly string[] = []): Rule => ({
    record,
    alert: null,
    expr,
    labels,
    texts: [],
  });
  const alert = (expr: string, text: string, labels: readonly string[] = []): Rule => ({
    record: null,
    alert: "Late",
    expr,
    labels,
    texts: [text],
  });
  const known = withRules(KNOWN, [
    recorded("kind:sent:ratio", "kind:sent:rate5m / on (kind) kind:sent:rate5m"),
    recorded("kind:sent:rate5m", "sum by (kind) (rate(sent_total[5m]))", ["window"]),
    recorded("kind:sent:rate5m", "vector(0)", ["slo"]),
  ]);

  test("what a rule records has the labels of its expression and its own, also if the rule comes later", () => {
    expect(inspectRule(alert('kind:sent:ratio{kind="a"} > 1', ""), known)).toEqual([]);
    expect(inspectRule(alert('kind:sent:rate5m{window="5m"} > 1', ""), known)).toEqual([]);
    expect(inspectRule(alert('kind:sent:rate5m{slo="webhooks"} > 1', ""), known)).toEqual([]);
    expect(inspectRule(alert('kind:sent:ratio{host="a"} > 1', ""), known)).toEqual([
      "kind:sent:ratio has no label host",
    ]);
  });

  test("a text may use only labels that the series have", () => {
    expect(
      inspectRule(alert("lag_seconds > 1", "{{ $labels.kind }} of {{ $labels.team }}", ["team"]), known),
    ).toEqual([]);
    expect(inspectRule(alert("sum(lag_seconds) > 1", "{{ $labels.kind }}"), known)).toEqual([
      "its texts use the label kind, which its series do not have",
    ]);
  });
});
