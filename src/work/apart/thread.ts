import { setTimeout as delay } from "node:timers/promises";
import { Worker } from "node:worker_threads";

/** A call: the function `name` of a module, and arguments that can be copied. */
export interface Asked {
  /** A `file:` address. */
  readonly module: string;
  readonly name: string;
  readonly args: readonly unknown[];
}

export type Said =
  | { readonly kind: "began" }
  | { readonly kind: "result"; readonly result: unknown }
  | { readonly kind: "error"; readonly error: unknown };

/** What a call came to. After `stopped` the thread has ended. */
export type Outcome = Exclude<Said, { readonly kind: "began" }> | { readonly kind: "stopped" };

/** A call whose thread gets no processor at all ends after this many times its limit. */
const WALL_TIMES = 20;
/** For a text of three megabytes and what is made of it. A thread that needs more is stopped. */
const MEMORY_MB_MAX = 256;

/** A thread that makes one call at a time and can be stopped in the middle of it. */
export class Thread {
  #ended = false;
  readonly #worker = new Worker(new URL("./inside.ts", import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB_MAX },
  });

  constructor() {
    this.#worker.unref();
    // Each call listens for itself; without a listener an error between calls would end the process.
    const end = () => void (this.#ended = true);
    this.#worker.on("error", end).on("exit", end);
  }

  /** It was stopped, or it broke down. */
  get ended(): boolean {
    return this.#ended;
  }

  /** @param limitMs of processor time, from when the function begins */
  async call(asked: Asked, limitMs: number): Promise<Outcome> {
    const worker = this.#worker;
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    const stopped = () => resolve({ kind: "stopped" });
    const over = new AbortController();
    const fail = (error: Error & { code?: string }) =>
      error.code === "ERR_WORKER_OUT_OF_MEMORY" ? stopped() : resolve({ kind: "error", error });
    const hear = (said: Said) => {
      if (said.kind !== "began") return resolve(said);
      void this.#useUp(limitMs, over.signal).then(stopped);
      void wait(limitMs * WALL_TIMES, over.signal).then(stopped);
    };
    worker.ref();
    worker.on("message", hear).on("error", fail).on("exit", stopped);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- this is no window
    worker.postMessage(asked);
    const outcome = await promise;
    over.abort();
    worker.off("message", hear).off("error", fail).off("exit", stopped);
    worker.unref();
    if (outcome.kind === "stopped") await worker.terminate();
    return outcome;
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  /** Ends once the thread has used up this time, or its call has ended. */
  async #useUp(limitMs: number, over: AbortSignal): Promise<void> {
    const begun = await this.#usedMs();
    for (let leftMs = limitMs; leftMs > 0 && !over.aborted;) {
      await wait(leftMs, over);
      leftMs = limitMs - ((await this.#usedMs()) - begun);
    }
  }

  /** Of the processor. Load from other work on the machine does not count. */
  async #usedMs(): Promise<number> {
    // It refuses once the thread has ended, and then nobody needs the number.
    const { user, system } = await this.#worker.cpuUsage().catch(() => ({ user: 0, system: 0 }));
    return (user + system) / 1_000;
  }
}

/** Waits this long, or until the call has ended. */
async function wait(ms: number, over: AbortSignal): Promise<void> {
  await delay(Math.ceil(ms), undefined, { signal: over }).catch(() => undefined);
}
