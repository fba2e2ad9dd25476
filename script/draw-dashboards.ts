// Draws the dashboards for docs/monitoring.md: `node script/draw-dashboards.ts`. It runs a bot, lets a Prometheus scrape it, and
// draws what Prometheus answers in a real Chromium. With Debian's fonts-liberation the pictures look as they do now.

import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { launchChromium } from "./chromium.ts";
import { DASHBOARDS_FOLDER } from "./ops/dashboards/all-dashboards.ts";
import { readDashboards } from "./ops/dashboards/read-panels.ts";
import { drawDashboard } from "./ops/draw/draw-dashboard.ts";
import { monitoredRun, periodOf } from "./ops/monitored/monitored-run.ts";
import { Reporter } from "./walkthrough/reporter.ts";

const IMAGES = "docs/images/monitoring";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
const reporter = new Reporter({ json: false });
await using run = await monitoredRun(reporter);
await mkdir(IMAGES, { recursive: true });
await using browser = await launchChromium(process.env);
for (const dashboard of await readDashboards(DASHBOARDS_FOLDER)) {
  const file = `${IMAGES}/${dashboard.uid}.png`;
  await drawDashboard(dashboard, file, { prometheusUrl: run.prometheusUrl, period: periodOf(run), browser });
  reporter.step("picture", file);
}
