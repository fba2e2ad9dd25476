import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { beforeAll, describe, expect, test } from "../support/testing.ts";
import { startAlertmanager } from "../../script/services/monitoring-server.ts";
import { eventually } from "../support/eventually.ts";
import { readMarkdownPage } from "../support/documents/markdown-page.ts";
import { type Alert, copyOps, readAlerts, readOps } from "../support/monitoring/ops-files.ts";
import { runChecker } from "../support/monitoring/run-checker.ts";
import { ROOT } from "../support/repository-files.ts";

const RULES = ["recording.yml", "alerts.yml"].map((name) => join(ROOT, "ops/prometheus", name));
const ALERTMANAGER = join(ROOT, "ops/alertmanager/alertmanager.yml");
const TESTS = join(ROOT, "ops/prometheus/tests");
const LINK = "{{ $externalLabels.docs }}/docs/runbook.md#";

const cases = z.object({
  tests: z.array(
    z.object({
      name: z.string(),
      promql_expr_test: z.array(z.object({ expr: z.string(), exp_samples: z.array(z.unknown()) })).min(1),
    }),
  ),
});
const alertmanager = z.object({
  inhibit_rules: z.array(
    z.object({ source_matchers: z.array(z.string()), target_matchers: z.array(z.string()) }),
  ),
});

/** An alert, as Alertmanager shows it. */
interface ShownAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly status: { readonly inhibitedBy: readonly string[] };
}

let alerts: readonly Alert[];
let files: readonly string[];
let played: readonly { readonly expr: string; readonly fires: boolean }[];
beforeAll(async () => {
  alerts = await readAlerts();
  files = (await readdir(TESTS)).map((name) => join(TESTS, name));
  const found = [];
  for (const path of files) {
    for (const { promql_expr_test: asked } of cases.parse(parse(await readFile(path, "utf8"))).tests) {
      found.push(...asked.map(({ expr, exp_samples }) => ({ expr, fires: exp_samples.length > 0 })));
    }
  }
  played = found;
});

describe("Prometheus and Alertmanager read what is in ops/", () => {
  test("the configuration, with its rules", async () => {
    await using copy = await copyOps("orb_any");
    const checked = await runChecker("promtool", [
      "check",
      "config",
      join(copy.path, "prometheus/prometheus.yml"),
    ]);
    expect(checked).toMatchObject({
      ok: true,
      output: expect.stringContaining(`${alerts.length} rules found`),
    });
  });

  test("the rules, without a warning", async () => {
    const { ok, output } = await runChecker("promtool", ["check", "rules", ...RULES]);
    expect({ ok, output }).toEqual({ ok: true, output: expect.not.stringMatching(/duplicate|warn/i) });
  });

  test("Alertmanager's routes: what is critical wakes somebody", async () => {
    expect(await runChecker("amtool", ["check-config", ALERTMANAGER])).toMatchObject({ ok: true });
    for (const [severity, receiver] of [
      ["critical", "on-call"],
      ["warning", "tickets"],
    ]) {
      const route = ["config", "routes", "test", `--config.file=${ALERTMANAGER}`, `severity=${severity}`];
      const { output } = await runChecker("amtool", route);
      expect(output.split("\n")[0]).toBe(receiver);
    }
  });
});

test("every alert fires in its incident, and stays silent otherwise", async () => {
  expect(await runChecker("promtool", ["test", "rules", ...files])).toMatchObject({ ok: true });
});

test("there is a case of each kind for every alert, and none for another", () => {
  const expression = (alert: string) => `ALERTS{alertname="${alert}",alertstate="firing"}`;
  const without = (fires: boolean) =>
    alerts.filter(
      ({ alert }) => !played.some((asked) => asked.expr === expression(alert) && asked.fires === fires),
    );
  expect(without(true)).toEqual([]);
  expect(without(false)).toEqual([]);
  const known = new Set(["ALERTS", ...alerts.map(({ alert }) => expression(alert))]);
  expect(played.filter(({ expr }) => !known.has(expr))).toEqual([]);
});

test("every alert waits for a while, says how urgent it is and what to do, and links to its section", () => {
  expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
  for (const { alert, for: duration, labels, annotations } of alerts) {
    expect({ alert, duration, ...labels, ...annotations }).toEqual({
      alert: expect.stringMatching(/^Orb[A-Z]/),
      duration: expect.stringMatching(/^[1-9]\d*[mh]$/),
      severity: expect.stringMatching(/^(?:critical|warning)$/),
      summary: expect.stringMatching(/\. .*\.$/),
      runbook_url: LINK + alert.toLowerCase(),
    });
  }
});

test("the runbook has one section for each alert, in their order, each with what to do", async () => {
  const page = await readFile(join(ROOT, "docs/runbook.md"), "utf8");
  const sections = page.split(/^#{2,3} /m).flatMap((section) => {
    const [title = "", ...lines] = section.split("\n");
    return title.startsWith("Orb") ? [{ title, text: lines.join("\n") }] : [];
  });
  expect(sections.map(({ title }) => title)).toEqual(alerts.map(({ alert }) => alert));
  const { anchors } = readMarkdownPage(join(ROOT, "docs/runbook.md"));
  for (const { title, text } of sections) {
    expect(anchors).toContain(title.toLowerCase());
    expect(text).toMatch(/^\n- \*\*Means:\*\*.*\n- \*\*Look:\*\*.*\n- \*\*Do:\*\*.*\n- \*\*Over:\*\*/s);
  }
});

test("the runbook names only calls that the API has", async () => {
  const page = await readFile(join(ROOT, "docs/runbook.md"), "utf8");
  const { paths } = JSON.parse(await readFile(join(ROOT, "docs/openapi.json"), "utf8")) as {
    paths: Record<string, Record<string, unknown>>;
  };
  const calls = [...page.matchAll(/`(GET|POST|DELETE) (\/[^`?]*)/g)].map(([, method = "", path = ""]) => ({
    method: method.toLowerCase(),
    path: path.replace(/^\/health\/\w+$/, "/health/{service}"),
  }));
  expect(calls.length).toBeGreaterThan(20);
  expect(calls.filter(({ method, path }) => paths[path]?.[method] === undefined)).toEqual([]);
});

test("Alertmanager suppresses only alerts that exist, because of alerts that exist", async () => {
  const { inhibit_rules: inhibitions } = alertmanager.parse(await readOps("alertmanager/alertmanager.yml"));
  const matchers = inhibitions.flatMap((each) => [...each.source_matchers, ...each.target_matchers]);
  const names = matchers.flatMap((matcher) => matcher.match(/Orb\w+/g) ?? []);
  const known = new Set(alerts.map(({ alert }) => alert));
  expect(names.filter((name) => !known.has(name))).toEqual([]);
  expect(names.length).toBeGreaterThan(2 * inhibitions.length - 1);
});

test("what follows from a dependency that is down is suppressed, and nothing else", async () => {
  await using alertmanager = await startAlertmanager({ configFile: ALERTMANAGER });
  const alert = (alertname: string, labels: object = {}) => ({ labels: { alertname, ...labels } });
  const firing = [
    alert("OrbDependencyDown", { dependency: "mongodb" }),
    alert("OrbSignalsLate"),
    alert("OrbCleanupsFail"),
    alert("OrbErrorBudgetBurnsFast", { slo: "latency" }),
    alert("OrbErrorBudgetBurnsSlowly", { slo: "latency" }),
  ];
  const body = JSON.stringify(firing);
  const headers = { "content-type": "application/json" };
  const address = `${alertmanager.uri}/api/v2/alerts`;
  expect((await fetch(address, { method: "POST", headers, body })).status).toBe(200);
  const shown = await eventually("which of them are suppressed", async () => {
    const all = (await (await fetch(address)).json()) as ShownAlert[];
    const suppressed = all.filter(({ status }) => status.inhibitedBy.length > 0);
    return all.length === firing.length && suppressed.length > 0 && { all, suppressed };
  });
  expect(new Set(shown.suppressed.map(({ labels }) => labels["alertname"]))).toEqual(
    new Set(["OrbErrorBudgetBurnsFast", "OrbErrorBudgetBurnsSlowly", "OrbSignalsLate"]),
  );
});
