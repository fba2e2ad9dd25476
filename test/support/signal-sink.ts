import { createServer } from "node:http";
import type { IncomingHttpHeaders } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { HTTP } from "cloudevents";
import type { CloudEvent } from "cloudevents";

interface SinkRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface SinkAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** The receiving end of the HTTP door: a server that records the requests it gets. */
export interface SignalSink extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly SinkRequest[];
  /** The bodies as CloudEvents. @throws if one is not a CloudEvent */
  events(): CloudEvent<Record<string, unknown>>[];
}

/**
 * @param answer returns the answer to the nth request (from 1), or "hang up" to close the connection; 202 by default
 */
export async function startSignalSink(
  answer: (attempt: number) => SinkAnswer | "hang up" = () => ({ status: 202 }),
): Promise<SignalSink> {
  const requests: SinkRequest[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const { method = "", url: path = "", headers } = request;
      requests.push({ method, path, headers, body });
      const given = answer(requests.length);
      if (given === "hang up") return request.socket.destroy();
      const json = given.body === undefined ? undefined : JSON.stringify(given.body);
      return response.writeHead(given.status, given.headers).end(json);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    events: () =>
      requests.map(({ headers, body }) =>
        HTTP.toEvent<Record<string, unknown>>({ headers, body }),
      ) as CloudEvent<Record<string, unknown>>[],
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
