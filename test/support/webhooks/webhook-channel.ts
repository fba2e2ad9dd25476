import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Posted } from "./deliveries.ts";

/** A channel like those of https://smee.io on this machine: all listeners get what is sent to it, as server-sent events. */
export interface WebhookChannel extends AsyncDisposable {
  readonly url: string;
  /** The number of listeners. */
  readonly listeners: number;
  /** Sends a delivery to all listeners in smee's format: the headers, and the body as JSON. */
  send(delivery: Posted): void;
  /** Closes all connections, as a proxy does when it is deployed again. */
  cutOff(): void;
}

export async function openWebhookChannel(): Promise<WebhookChannel> {
  const listening = new Set<ServerResponse>();
  const server = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
    response.write("event: ready\ndata: {}\n\n");
    listening.add(response);
    response.on("close", () => listening.delete(response));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const cutOff = () => {
    for (const response of listening) response.destroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/a-channel`,
    get listeners() {
      return listening.size;
    },
    send: ({ headers, body }) => {
      const event = { host: "smee.io", ...headers, body: JSON.parse(body.toString()) as unknown, query: {} };
      for (const response of listening) response.write(`data: ${JSON.stringify(event)}\n\n`);
    },
    cutOff,
    [Symbol.asyncDispose]: async () => {
      cutOff();
      server.close();
      await once(server, "close");
    },
  };
}
