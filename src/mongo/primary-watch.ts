import type { mongo } from "mongoose";

/** Elections usually take less; what waits for the next primary meanwhile is answered. */
const GONE_AFTER_MS = 1_000;
/** How often a server is asked that left a question without an answer. */
const ASK_EVERY_MS = 1_000;
const ANSWER_MS = 2_000;
const PRIMARIES: ReadonlySet<string> = new Set(["RSPrimary", "Mongos", "LoadBalanced", "Standalone"]);

interface Needs {
  readonly client: mongo.MongoClient;
  /** Resolves if the primary answers. */
  readonly ping: () => Promise<unknown>;
}

/**
 * Whether MongoDB has a primary that answers, known at any moment without asking: the driver watches the servers all the time.
 * A server that hangs without closing its connections is noticed late by the driver; so who waited in vain says so, and the
 * server counts as gone until it answers a ping.
 */
export class PrimaryWatch implements Disposable {
  readonly #ping: () => Promise<unknown>;
  #goneSinceMs: number | null = null;
  #timer: NodeJS.Timeout | undefined;
  #isSuspected = false;
  #isClosed = false;

  constructor({ client, ping }: Needs) {
    this.#ping = ping;
    client.on("topologyDescriptionChanged", ({ newDescription }) => {
      const hasPrimary = [...newDescription.servers.values()].some(({ type }) => PRIMARIES.has(type));
      this.#goneSinceMs = hasPrimary ? null : (this.#goneSinceMs ?? performance.now());
    });
  }

  get isUp(): boolean {
    if (this.#isSuspected) return false;
    return this.#goneSinceMs === null || performance.now() - this.#goneSinceMs < GONE_AFTER_MS;
  }

  /** To be called by somebody who got no answer in time. */
  suspect(): void {
    if (this.#isSuspected || this.#isClosed) return;
    this.#isSuspected = true;
    void this.#ask();
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  async #ask(): Promise<void> {
    const tooLate = setTimeout(() => this.#askLater(), ANSWER_MS);
    tooLate.unref();
    try {
      await this.#ping();
      clearTimeout(this.#timer);
      this.#isSuspected = false;
    } catch {
      this.#askLater();
    } finally {
      clearTimeout(tooLate);
    }
  }

  #askLater(): void {
    clearTimeout(this.#timer);
    if (this.#isClosed || !this.#isSuspected) return;
    this.#timer = setTimeout(() => void this.#ask(), ASK_EVERY_MS).unref();
  }
}
