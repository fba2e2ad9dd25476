import { randomUUID } from "node:crypto";
import autocannon from "autocannon";
import type { Posted } from "../../test/support/webhooks/deliveries.ts";
import type { MeasuredServer } from "../measured-server.ts";

const CONNECTIONS = 100;
const ID_HEADER = "x-github-delivery";

/** What a server did under load. */
export interface MeasuredWebhooks {
  readonly perSecond: number;
  readonly cpuUsPerDelivery: number;
  readonly p99Ms: number;
  readonly answered: number;
}

/** Posts the same push with a new delivery id each time. @throws Error if any answer is not a 2xx */
export async function loadWebhooks(
  server: MeasuredServer,
  { headers, body }: Posted,
  seconds: number,
): Promise<MeasuredWebhooks> {
  const { url } = server;
  const path = "/api/github/webhooks";
  const cpuUsBefore = await server.cpuUs();
  const result = await autocannon({
    url,
    connections: CONNECTIONS,
    duration: seconds,
    setupClient: (client) => sendRepeatedly(client, { method: "POST", path, headers, body }),
  });
  if (result.non2xx > 0 || result.errors > 0 || result["2xx"] === 0)
    throw new Error(
      `${url} answered ${result.non2xx} times without a 2xx and failed to answer ${result.errors} times`,
    );
  const answered = result["2xx"];
  const cpuUsPerDelivery = ((await server.cpuUs()) - cpuUsBefore) / answered;
  return { perSecond: result.requests.average, cpuUsPerDelivery, p99Ms: result.latency.p99, answered };
}

/** Missing in autocannon's types of a connection: the request as it is sent. */
interface Written {
  getRequestBuffer(): Buffer;
}

/** Makes a connection send one request repeatedly, each time with a new delivery id. */
function sendRepeatedly(
  client: autocannon.Client & Partial<Written>,
  { headers, ...request }: autocannon.Request,
): void {
  client.setRequests([{ ...request, headers: { ...headers, [ID_HEADER]: randomUUID() } }]);
  // Built once, with the id written into it: building each one costs about a third of answering it.
  const bytes = client.getRequestBuffer?.();
  if (!bytes) throw new Error("This version of autocannon does not expose the request that it sends");
  const idAt = bytes.indexOf(`${ID_HEADER}: `) + `${ID_HEADER}: `.length;
  client.on("response", () => void bytes.write(randomUUID(), idAt, "latin1"));
}
