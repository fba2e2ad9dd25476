import type { OrbError } from "../../src/errors.ts";
import { AHEAD_VARIABLE, type RunningBot, startBotChild } from "./bot-child.ts";

const HOUR_MS = 3_600_000;

/** The bot of the demo, whose clock can be set forward: a workspace stays for a day, and nobody waits that long for a demo. */
export class MovingBot implements AsyncDisposable {
  /** Stays the same. */
  readonly url: string;
  /** Resolves if it ends before it is stopped. */
  readonly died: Promise<OrbError>;
  readonly #toldDied: (error: OrbError) => void;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #logFile: string;
  #running: RunningBot;
  #aheadMs = 0;

  private constructor(
    running: RunningBot,
    { environment, logFile }: { environment: Readonly<Record<string, string>>; logFile: string },
  ) {
    const { promise, resolve } = Promise.withResolvers<OrbError>();
    this.died = promise;
    this.#toldDied = resolve;
    this.#running = this.#watch(running);
    this.url = running.url;
    this.#environment = { ...environment, PORT: new URL(running.url).port };
    this.#logFile = logFile;
  }

  /** As `startBotChild`. */
  static async start(environment: Readonly<Record<string, string>>, logFile: string): Promise<MovingBot> {
    return new MovingBot(await startBotChild({ ...environment }, logFile), { environment, logFile });
  }

  /** Stops it, and starts it again at the same address with a clock that is so many hours further ahead. */
  async passHours(hours: number): Promise<void> {
    await this.#running[Symbol.asyncDispose]();
    this.#aheadMs += hours * HOUR_MS;
    const moved = { [AHEAD_VARIABLE]: String(this.#aheadMs) };
    this.#running = this.#watch(await startBotChild({ ...this.#environment, ...moved }, this.#logFile));
  }

  #watch(running: RunningBot): RunningBot {
    void running.died.then(this.#toldDied);
    return running;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#running[Symbol.asyncDispose]();
  }
}
