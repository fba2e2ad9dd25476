import { launchServer, type LaunchedServer, type ServerPlace } from "./launched-program.ts";

/** The options of one Prometheus or Alertmanager. */
export interface MonitoringLaunch extends ServerPlace {
  readonly binary: string;
  /** Path of its configuration. Paths in the file are relative to its folder. */
  readonly configFile: string;
}

const REMEDY = "Fix what its last lines name: its configuration, the port or the data folder.";

/** Launches a Prometheus. `POST /-/reload` makes it read its configuration again. */
export function launchPrometheus({
  binary,
  configFile,
  ...place
}: MonitoringLaunch): Promise<LaunchedServer> {
  return launchServer(
    {
      name: "Prometheus server",
      scheme: "http",
      binary,
      ready: /ready to receive web requests/i,
      args: ({ port, folder }) => [
        `--config.file=${configFile}`,
        `--storage.tsdb.path=${folder}`,
        `--web.listen-address=127.0.0.1:${port}`,
        "--web.enable-lifecycle",
      ],
      refusal: { code: "prometheus_start_failed", remedy: REMEDY },
    },
    place,
  );
}

/** Launches an Alertmanager that looks for no others. */
export function launchAlertmanager({
  binary,
  configFile,
  ...place
}: MonitoringLaunch): Promise<LaunchedServer> {
  return launchServer(
    {
      name: "Alertmanager",
      scheme: "http",
      binary,
      ready: /listening on/i,
      args: ({ port, folder }) => [
        `--config.file=${configFile}`,
        `--storage.path=${folder}`,
        `--web.listen-address=127.0.0.1:${port}`,
        "--cluster.listen-address=",
      ],
      refusal: { code: "alertmanager_start_failed", remedy: REMEDY },
    },
    place,
  );
}
