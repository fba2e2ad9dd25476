import { followEvents, type BotEvent } from "../../fixtures/meta-agent/follow-events.ts";
import { OrbError } from "../../src/errors.ts";
import type { Reporter } from "./reporter.ts";

const PATIENCE_MS = 60_000;

/** The bot's events about one project, from the first on. */
export class EventWatch implements AsyncDisposable {
  readonly events: BotEvent[] = [];
  readonly #stop = new AbortController();
  readonly #following: Promise<void>;
  readonly #signal: AbortSignal;
  /** Events up to this index have been waited for; later ones are new. */
  #read = 0;
  #news = Promise.withResolvers<void>();

  /** @param signal ends the waiting */
  constructor({
    redisUrl,
    project,
    reporter,
    signal,
  }: {
    redisUrl: string;
    project: string;
    reporter: Reporter;
    signal: AbortSignal;
  }) {
    this.#signal = signal;
    const onEvent = (event: BotEvent) => {
      this.events.push(event);
      reporter.step("event", describe(event));
      this.#news.resolve();
      this.#news = Promise.withResolvers();
    };
    this.#following = followEvents({ redisUrl, project, signal: this.#stop.signal, onEvent });
    // next() reports this failure to its caller; before that, it must not end the process.
    this.#following.catch(() => {});
  }

  /**
   * The next event of one of these types after the event that was last waited for.
   *
   * @throws OrbError `no_event` if none arrives within a minute
   */
  async next(...types: readonly string[]): Promise<BotEvent> {
    const deadline = AbortSignal.any([this.#signal, AbortSignal.timeout(PATIENCE_MS)]);
    const over = new Promise<"over">((resolve) =>
      deadline.addEventListener("abort", () => resolve("over"), { once: true }),
    );
    for (;;) {
      const at = this.events.findIndex(({ type }, index) => index >= this.#read && types.includes(type));
      const found = this.events[at];
      if (found) {
        this.#read = at + 1;
        return found;
      }
      const news = this.#news.promise;
      if ((await Promise.race([news, over, this.#following.then(() => "over" as const)])) !== "over")
        continue;
      this.#signal.throwIfAborted();
      throw new OrbError({
        code: "no_event",
        reason: `The bot did not publish ${types.join(" or ")} within ${PATIENCE_MS / 1000} s.`,
        remedy: "Its log says what it did instead.",
      });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await Promise.allSettled([this.#following]);
  }
}

function describe({ type, data }: BotEvent): string {
  const { because, reason, status } = (data ?? {}) as Record<string, string | undefined>;
  return [type, status, because ?? reason].filter(Boolean).join(" · ");
}
