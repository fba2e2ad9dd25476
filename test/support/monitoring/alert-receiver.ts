import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { z } from "zod";

const words = z.record(z.string(), z.string());
const message = z.object({
  receiver: z.string(),
  alerts: z.array(z.object({ status: z.enum(["firing", "resolved"]), labels: words, annotations: words })),
});

/** An alert, as Alertmanager reports it to somebody. */
export interface ReportedAlert {
  readonly receiver: string;
  readonly status: "firing" | "resolved";
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Somebody whom Alertmanager tells by a webhook. https://prometheus.io/docs/alerting/latest/configuration/#webhook_config */
export interface AlertReceiver extends AsyncDisposable {
  readonly url: string;
  /** Everything that was reported so far, the oldest first. */
  readonly reported: readonly ReportedAlert[];
}

/** Listens on a free port. What is not such a message is answered with 500, and Alertmanager logs that. */
export async function receiveAlerts(): Promise<AlertReceiver> {
  const reported: ReportedAlert[] = [];
  async function take(request: IncomingMessage): Promise<void> {
    const { receiver, alerts } = message.parse(await json(request));
    reported.push(...alerts.map((alert) => Object.assign(alert, { receiver })));
  }
  const server = createServer((request, response) => {
    take(request).then(
      () => response.end(),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    reported,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
