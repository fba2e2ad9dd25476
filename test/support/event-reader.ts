import { eventually } from "./eventually.ts";

/** One Server-Sent Event. */
export interface Message {
  readonly id: string | null;
  readonly type: string;
  readonly data: Record<string, unknown>;
}

/** Reads `GET /api/v1/events` of a bot, as a client of the event stream does. */
export class EventReader implements AsyncDisposable {
  readonly messages: Message[] = [];
  readonly comments: string[] = [];
  readonly #abort: AbortController;
  readonly #done: Promise<void>;
  #rest = "";
  isOver = false;

  private constructor(body: ReadableStream<Uint8Array>, abort: AbortController) {
    this.#abort = abort;
    this.#done = this.#read(body);
  }

  /** @throws Error with the bot's answer if it is not a stream */
  static async open(
    url: string,
    { token, path = "", lastId }: { token: string; path?: string; lastId?: string | null },
  ): Promise<EventReader> {
    const abort = new AbortController();
    const headers = { authorization: `Bearer ${token}`, ...(lastId && { "last-event-id": lastId }) };
    const response = await fetch(`${url}/api/v1/events${path}`, { headers, signal: abort.signal });
    if (response.status !== 200 || response.body === null) {
      throw new Error(`Answered with ${response.status}: ${await response.text()}`);
    }
    return new EventReader(response.body, abort);
  }

  get lastId(): string | null {
    return this.messages.findLast(({ id }) => id !== null)?.id ?? null;
  }

  /** Waits until a message of this kind is there. */
  async next(what: string, isIt: (message: Message) => boolean): Promise<Message> {
    return eventually(what, async () => this.messages.find(isIt));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#abort.abort();
    await this.#done;
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    try {
      for await (const bytes of body) {
        const parts = (this.#rest + decoder.decode(bytes, { stream: true })).split("\n\n");
        this.#rest = parts.pop() ?? "";
        for (const part of parts) this.#take(part);
      }
    } catch {
      // Cut off, by this side or the other.
    }
    this.isOver = true;
  }

  #take(part: string): void {
    if (part.startsWith(":")) this.comments.push(part);
    const fields = new Map(
      part.split("\n").map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)]),
    );
    const data = fields.get("data");
    if (data === undefined) return;
    this.messages.push({
      id: fields.get("id") ?? null,
      type: fields.get("event") ?? "message",
      data: JSON.parse(data) as Record<string, unknown>,
    });
  }
}
