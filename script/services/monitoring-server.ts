import { currentHost } from "./host.ts";
import { findMonitoringProgram } from "./monitoring-provider.ts";
import { startSupervised, type RunningServer } from "./supervised-server.ts";

/** What a Prometheus or an Alertmanager is started with. */
interface MonitoringStart {
  /** Path of its configuration. Paths in the file are relative to its folder. */
  readonly configFile: string;
  /** Keeps its data; without it, the data are in a temporary folder, and removed with it. */
  readonly dataDir?: string;
  /** Without it, any free one. */
  readonly port?: number;
}

/**
 * Starts a Prometheus on 127.0.0.1 and waits until it answers. Its `uri` begins with `http:`. It stops with `stop()`, and
 * when this process ends for any reason.
 *
 * @throws OrbError `service_program_missing` or `prometheus_start_failed`
 */
export async function startPrometheus(start: MonitoringStart): Promise<RunningServer> {
  const { path } = await findMonitoringProgram(currentHost(), "prometheus");
  return startSupervised({ server: "prometheus", options: { binary: path, ...start } });
}

/**
 * Starts an Alertmanager, as `startPrometheus` starts a Prometheus.
 *
 * @throws OrbError `service_program_missing` or `alertmanager_start_failed`
 */
export async function startAlertmanager(start: MonitoringStart): Promise<RunningServer> {
  const { path } = await findMonitoringProgram(currentHost(), "alertmanager");
  return startSupervised({ server: "alertmanager", options: { binary: path, ...start } });
}
