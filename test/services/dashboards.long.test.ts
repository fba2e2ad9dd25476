import { expect, test } from "../support/testing.ts";
import { DASHBOARDS_FOLDER } from "../../script/ops/dashboards/all-dashboards.ts";
import { readDashboards } from "../../script/ops/dashboards/read-panels.ts";
import { answersTo } from "../../script/ops/draw/draw-dashboard.ts";
import { monitoredRun, periodOf } from "../../script/ops/monitored/monitored-run.ts";
import { Reporter } from "../../script/walkthrough/reporter.ts";

const MINUTES_MAX = 15;

/** Panels whose queries give nothing as long as all is well, and why that is right. */
const NEEDS_AN_INCIDENT: Readonly<Record<string, string>> = {
  "Failed clean-ups, by cause": "no clean-up fails in the demo",
};

test(
  "after a run like the demo, every query of every dashboard has data",
  async () => {
    await using run = await monitoredRun(new Reporter({ json: true }));
    const silent: string[] = [];
    for (const { title, panels } of await readDashboards(DASHBOARDS_FOLDER)) {
      for (const panel of panels) {
        for (const target of panel.targets) {
          const answered = await answersTo(target, run.prometheusUrl, periodOf(run));
          const values = answered.flatMap(({ samples }) => samples.map(([, value]) => value));
          if (!values.some(Number.isFinite)) silent.push(`${title}: ${panel.title}: ${target.legendFormat}`);
        }
      }
    }
    const expected = silent.filter((name) =>
      Object.keys(NEEDS_AN_INCIDENT).some((panel) => name.includes(panel)),
    );
    expect(silent).toEqual(expected);
    expect(expected).toHaveLength(Object.keys(NEEDS_AN_INCIDENT).length);
  },
  MINUTES_MAX * 60_000,
);
