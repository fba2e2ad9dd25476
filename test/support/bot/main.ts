// A bot in a process of its own, as src/main.ts runs it, which ends or stops itself where the test says.

import { flushCompileCache } from "node:module";
import { openDoors } from "../../../handlers/register.ts";
import { createApp } from "../../../src/app.ts";
import { loadConfig } from "../../../src/config.ts";
import { startMonitor } from "../../../src/monitoring/start-monitor.ts";
import type { Pace } from "../../../src/work/pace.ts";
import { breakage } from "../sentry/breakage.ts";
import { UnobservedMetrics } from "./unobserved-metrics.ts";

/** As in src/run.ts. */
const REPORT_MS_MAX = 1_000;
const killAt = process.env["ORB_TEST_KILL_AT"];
const killAsking = process.env["ORB_TEST_KILL_ASKING"];
let stopAt = process.env["ORB_TEST_STOP_AT"];
const clockMs = process.env["ORB_TEST_CLOCK_MS"];
if (killAsking !== undefined) {
  const { fetch } = globalThis;
  globalThis.fetch = async (input, init) => {
    const address = input instanceof Request ? input.url : String(input);
    const body = typeof init?.body === "string" ? init.body : "";
    if (`${address} ${body}`.includes(killAsking)) process.kill(process.pid, "SIGKILL");
    return fetch(input, init);
  };
}
const config = loadConfig(process.env);
const monitor = await startMonitor(config);
const app = await createApp(config, {
  monitor,
  ...(process.env["ORB_TEST_UNOBSERVED"] !== undefined && { metrics: new UnobservedMetrics() }),
  subjects: ({ instruments }) =>
    process.env["ORB_TEST_BREAKABLE"] === undefined ? [] : [breakage(instruments)],
  ...(clockMs !== undefined && { now: () => new Date(Date.now() + Number(clockMs)) }),
  leaseMs: Number(process.env["ORB_TEST_LEASE_MS"]),
  pace: JSON.parse(process.env["ORB_TEST_PACE"] ?? "") as Pace,
  checkpoint: (name) => {
    if (name === killAt) process.kill(process.pid, "SIGKILL");
    if (name !== stopAt) return;
    stopAt = undefined;
    process.kill(process.pid, "SIGSTOP");
  },
});
const doors = await openDoors(app);
process.on("disconnect", () => process.exit(1)); // the test is gone
process.on("SIGTERM", () => {
  process.removeAllListeners("disconnect");
  void doors
    .close()
    .then(app.close)
    .then(() => monitor.close(REPORT_MS_MAX))
    .then(() => process.exit());
});
process.send?.({ url: doors.url });
// Node writes what it has compiled when a process ends by itself. Most of these are killed, and the next ones would compile it again.
flushCompileCache();
