import type { FastifyReply } from "fastify";
import type { Refusal } from "../errors.ts";

/** Proxies close a connection on which nothing comes for a minute, or half of one. */
const COMMENT_EVERY_MS = 15_000;
/** A client that reads more slowly than events come is cut when so much waits for it. */
const WAITING_BYTES_MAX = 1024 * 1024;
/** How long it may take to read the reason. */
const LAST_WORDS_MS = 30_000;
/** How long a client waits before it connects again. */
const RETRY_MS = 2_000;

const TOO_SLOW: Refusal = {
  code: "too_slow",
  reason: `More than ${WAITING_BYTES_MAX} bytes of events wait for this client.`,
  remedy: "Connect again with the id of the last event as Last-Event-ID, and read faster.",
};

/**
 * An answer of Server-Sent Events: https://html.spec.whatwg.org/multipage/server-sent-events.html. What waits for its client is
 * bounded, and its last event, `orb.stream.end`, says why it ends.
 */
export class EventStream {
  readonly #reply: FastifyReply;
  readonly #comments: NodeJS.Timeout;
  readonly #onEnd: () => void;
  #isOver = false;

  /** @param onEnd called once, whether this side or the client ends it */
  constructor(reply: FastifyReply, onEnd: () => void) {
    this.#reply = reply;
    this.#onEnd = onEnd;
    reply.hijack();
    const headers = { ...reply.server.everyAnswer, "X-Request-Id": reply.request.id };
    // So that a proxy passes each event on at once: https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_buffering
    reply.raw.writeHead(200, { ...headers, "Content-Type": "text/event-stream", "X-Accel-Buffering": "no" });
    reply.raw.write(`retry: ${RETRY_MS}\n\n`);
    reply.raw.on("close", () => this.#over());
    reply.raw.on("error", () => this.#over());
    this.#comments = setInterval(() => this.#write(": still there\n\n"), COMMENT_EVERY_MS);
  }

  /** @param data one line */
  send({ id, type, data }: { readonly id: string; readonly type: string; readonly data: string }): void {
    this.#write(`id: ${id}\nevent: ${type}\ndata: ${data}\n\n`);
  }

  /** Ends the stream after what waits already. */
  end(why: Refusal): void {
    if (this.#isOver) return;
    this.#over();
    const { raw } = this.#reply;
    raw.end(`event: orb.stream.end\ndata: ${JSON.stringify(why)}\n\n`);
    setTimeout(() => raw.destroy(), LAST_WORDS_MS).unref();
  }

  #write(text: string): void {
    const { raw } = this.#reply;
    if (this.#isOver) return;
    if (raw.writableLength > WAITING_BYTES_MAX) this.end(TOO_SLOW);
    else raw.write(text);
  }

  #over(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearInterval(this.#comments);
    this.#onEnd();
  }
}
