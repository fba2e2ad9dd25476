import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import { eventually } from "../eventually.ts";

/** One report in an envelope: an event, or the trace of a unit of work. */
export interface SentryItem {
  readonly type: string;
  readonly level?: string;
  readonly fingerprint?: readonly string[];
  readonly tags?: Readonly<Record<string, string>>;
  readonly release?: string;
  readonly environment?: string;
  readonly server_name?: string;
  readonly transaction?: string;
  readonly spans?: readonly { readonly description: string }[];
  readonly contexts?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly exception?: { readonly values: readonly SentryException[] };
}

interface SentryException {
  readonly type: string;
  readonly value: string;
  readonly stacktrace?: { readonly frames: readonly { readonly filename: string }[] };
}

/** `refuse`: 401 · `limit`: 429 for a minute · `hang`: it reads, and never answers. */
type Mood = "take" | "refuse" | "limit" | "hang";

/** A Sentry on this machine that takes envelopes, as https://develop.sentry.dev/sdk/data-model/envelopes/ describes them. */
export class SentrySink implements AsyncDisposable {
  /** Whatever was sent, as it arrived: addresses, headers, and bodies as text. */
  raw = "";
  /** The number of requests. */
  requests = 0;
  mood: Mood = "take";
  readonly items: SentryItem[] = [];
  readonly #server = createServer((request, response) => void this.#take(request, response));

  static async start(): Promise<SentrySink> {
    const sink = new SentrySink();
    sink.#server.listen(0, "127.0.0.1");
    await once(sink.#server, "listening");
    return sink;
  }

  get dsn(): string {
    return `http://publickey@127.0.0.1:${(this.#server.address() as AddressInfo).port}/42`;
  }

  /** Events about failures, without traces. */
  get events(): SentryItem[] {
    return this.items.filter(({ type }) => type === "event");
  }

  traces(name: string): SentryItem[] {
    return this.items.filter(({ type, transaction }) => type === "transaction" && transaction === name);
  }

  /** The first event with this fingerprint, once it has come. */
  async event(...fingerprint: string[]): Promise<SentryItem> {
    return eventually(`an event ${fingerprint.join(" ")} in Sentry`, async () =>
      this.events.find((event) => fingerprint.every((part, index) => event.fingerprint?.[index] === part)),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // A bot that is killed cuts its requests off.
    const sent = await buffer(request).catch(() => null);
    if (sent === null) return;
    const body = request.headers["content-encoding"] === "gzip" ? gunzipSync(sent) : sent;
    this.requests++;
    this.raw += `${request.url}\n${JSON.stringify(request.headers)}\n${body.toString()}\n`;
    if (this.mood === "hang") return;
    if (this.mood === "take") {
      this.items.push(...itemsIn(body.toString()));
      response.writeHead(200).end("{}");
    } else if (this.mood === "refuse") response.writeHead(401).end();
    else response.writeHead(429, { "retry-after": "60" }).end();
  }
}

/** A line of headers, and then for each item a line of its headers and one with its content. */
function itemsIn(envelope: string): SentryItem[] {
  const [, ...lines] = envelope.split("\n");
  const items: SentryItem[] = [];
  for (let at = 0; at + 1 < lines.length; at += 2) {
    const { type } = JSON.parse(lines[at] ?? "") as { type: string };
    items.push({ ...(JSON.parse(lines[at + 1] ?? "") as object), type });
  }
  return items;
}
