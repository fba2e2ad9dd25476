import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { loadProject } from "../../../fixtures/meta-agent/load-project.ts";
import { startPrometheus } from "../../services/monitoring-server.ts";
import { cleanUp } from "../../walkthrough/clean-up.ts";
import { EventWatch } from "../../walkthrough/event-watch.ts";
import { followThrough } from "../../walkthrough/follow-through.ts";
import type { Reporter } from "../../walkthrough/reporter.ts";
import { setStage, type Stage } from "../../walkthrough/stage.ts";
import { openDoors, walk } from "../../walkthrough/walk.ts";
import { askNow, type Period } from "../draw/ask-prometheus.ts";
import { Traffic } from "./traffic.ts";

const PROJECT = "feature";
/** Much more often than an operator's Prometheus, because the run takes a minute or two and not a day. */
const SCRAPE_EVERY_S = 1;
/** Between two values of a graph. */
const STEP_S = 5;
/** A clock that was set forward makes everything late for a moment; then all should be well again. */
const WELL_WITHIN_MS = 90_000;
/** The last scrapes see the end of the story. */
const LAST_SCRAPES_MS = 3 * SCRAPE_EVERY_S * 1_000;

/** A Prometheus that has seen a run, and when that was. */
export interface MonitoredRun extends AsyncDisposable {
  readonly prometheusUrl: string;
  readonly startedAt: Date;
  readonly endedAt: Date;
}

/**
 * Runs a bot with everything that the demo plays, from the first signal to a workspace that is archived and restored, with other
 * projects beside it, while a real Prometheus scrapes it each second.
 *
 * @returns with the bot stopped, and Prometheus still there
 * @throws OrbError if the demo's story goes wrong, or Prometheus can't be found
 */
export async function monitoredRun(reporter: Reporter): Promise<MonitoredRun> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "orb-monitored-"));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const project = await loadProject(PROJECT);
  await using stage = await setStage(project, { port: 0, reporter });
  const configFile = join(folder, "prometheus.yml");
  await writeFile(configFile, configuration(stage.botUrl));
  const prometheus = await startPrometheus({ configFile });
  stack.defer(() => prometheus.stop());
  reporter.step("prometheus", `scrapes the bot each second: ${prometheus.uri}`);
  // Counters that Prometheus has not seen at 0 show no increase.
  await until("orb_dependency_up", prometheus.uri);
  const startedAt = new Date();
  await play(stage, prometheus.uri, reporter);
  const endedAt = new Date();
  const release = stack.move();
  return {
    prometheusUrl: prometheus.uri,
    startedAt,
    endedAt,
    [Symbol.asyncDispose]: () => release.disposeAsync(),
  };
}

/** The time of a run, in steps of a few scrapes. */
export function periodOf({ startedAt, endedAt }: Pick<MonitoredRun, "startedAt" | "endedAt">): Period {
  const [from, to] = [startedAt, endedAt].map((time) => Math.floor(time.getTime() / 1_000));
  return { from: from ?? 0, to: to ?? 0, step: STEP_S };
}

/** As `ops/prometheus/` has it for one process, but for the interval. */
function configuration(botUrl: string): string {
  const interval = `${SCRAPE_EVERY_S}s`;
  return JSON.stringify({
    global: { scrape_interval: interval, scrape_timeout: interval },
    scrape_configs: [
      { job_name: "orb-web", honor_labels: true, static_configs: [{ targets: [new URL(botUrl).host] }] },
    ],
  });
}

/** Waits until an expression has an answer; not for ever. */
async function until(expr: string, prometheusUrl: string): Promise<void> {
  for (
    const end = performance.now() + WELL_WITHIN_MS;
    performance.now() < end;
    await delay(SCRAPE_EVERY_S * 1_000)
  ) {
    const answered = await askNow(prometheusUrl, { expr, at: Date.now() / 1_000 });
    if (answered.length > 0) return;
  }
}

async function play(stage: Stage, prometheusUrl: string, reporter: Reporter): Promise<void> {
  const { signal } = new AbortController();
  const projectId = `demo-${PROJECT}`;
  const { redisUrl } = stage;
  await using watch = new EventWatch({ redisUrl, project: projectId, reporter, signal });
  await using doors = new AsyncDisposableStack();
  const door = doors.adopt(openDoors(stage), (opened) => opened.close());
  await using _traffic = new Traffic(stage);
  const walked = await walk(await loadProject(PROJECT), { stage, projectId, reporter, watch, door, signal });
  await followThrough(walked, { stage, watch, reporter });
  await cleanUp(walked, { stage, projectId, watch, door, reporter, signal });
  await until("min(orb_dependency_up) == 1", prometheusUrl);
  await delay(LAST_SCRAPES_MS);
}
