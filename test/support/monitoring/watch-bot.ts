import { join } from "node:path";
import { startAlertmanager, startPrometheus } from "../../../script/services/monitoring-server.ts";
import { type AlertReceiver, receiveAlerts } from "./alert-receiver.ts";
import { copyOps } from "./ops-files.ts";

/** What minutes are in the product. */
const SOON = "1s";
/** Instead of ten minutes, in which an alert remembers. */
const RANGE = "[5s]";

interface PrometheusFile {
  global: object;
  alerting: { alertmanagers: readonly object[] };
  scrape_configs: readonly { job_name: string }[];
}
interface AlertsFile {
  groups: readonly { rules: readonly { expr: string }[] }[];
}
interface AlertmanagerFile {
  route: { routes: readonly object[] };
  receivers: readonly { name: string }[];
}

/** A Prometheus and an Alertmanager that watch a bot as `ops/` says. */
export interface Watchers extends AsyncDisposable {
  readonly alerts: AlertReceiver;
  readonly alertmanagerUrl: string;
  /** Asks Prometheus. @returns the values of the series that an expression gives, by their labels in JSON */
  query(expression: string): Promise<ReadonlyMap<string, number>>;
}

/**
 * Starts them with a copy of `ops/` in which only addresses, receivers and times are others: minutes become a second.
 *
 * @param targets a process of the bot, and a token with the scope `read`
 */
export async function watchBot({ url, token }: { url: string; token: string }): Promise<Watchers> {
  await using stack = new AsyncDisposableStack();
  const copy = stack.use(await copyOps(token));
  const alerts = stack.use(await receiveAlerts());
  await copy.change("alertmanager/alertmanager.yml", ({ route, receivers, ...rest }: AlertmanagerFile) => ({
    ...rest,
    route: { ...route, group_wait: SOON, group_interval: SOON },
    receivers: receivers.map(({ name }) => ({ name, webhook_configs: [{ url: alerts.url }] })),
  }));
  await copy.change("prometheus/alerts.yml", ({ groups }: AlertsFile) => ({
    groups: groups.map((group) => ({
      ...group,
      rules: group.rules.map((rule) => ({ ...rule, for: SOON, expr: rule.expr.replaceAll("[10m]", RANGE) })),
    })),
  }));
  const alertmanager = stack.use(
    await startAlertmanager({ configFile: join(copy.path, "alertmanager/alertmanager.yml") }),
  );
  await copy.change("prometheus/prometheus.yml", ({ global, alerting, ...rest }: PrometheusFile) => ({
    ...rest,
    global: { ...global, scrape_interval: SOON, scrape_timeout: SOON, evaluation_interval: SOON },
    alerting: { ...alerting, alertmanagers: [targetsAt(alertmanager.uri)] },
    scrape_configs: rest.scrape_configs.map((job) =>
      job.job_name === "orb-web" ? { ...job, ...targetsAt(url) } : job,
    ),
  }));
  const configFile = join(copy.path, "prometheus/prometheus.yml");
  const prometheus = stack.use(await startPrometheus({ configFile }));
  const all = stack.move();
  return {
    alerts,
    alertmanagerUrl: alertmanager.uri,
    query: async (expression) => {
      const asked = await fetch(`${prometheus.uri}/api/v1/query?query=${encodeURIComponent(expression)}`);
      const { data } = (await asked.json()) as {
        data: { result: { metric: object; value: [number, string] }[] };
      };
      return new Map(data.result.map(({ metric, value }) => [JSON.stringify(metric), Number(value[1])]));
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

function targetsAt(url: string) {
  return { static_configs: [{ targets: [new URL(url).host] }] };
}
