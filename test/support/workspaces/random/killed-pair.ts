import { setTimeout as delay } from "node:timers/promises";
import { KilledProcess } from "../../../../bench/loss/killed-process.ts";
import type { BotProcess } from "../../bot/process.ts";

const LIFE_MS = 1_000;
/**
 * The second process is killed with every so many kills of the first. It lives longer, because the bot leaves what has crashed twice
 * to a process that has lived for a while: without one, nobody would ever finish that.
 */
const SECOND_EVERY = 8;
const LOOK_EVERY_MS = 100;

type Start = () => Promise<BotProcess>;

/** Two processes that are killed with -9 and started again: the first a second after each start, the second now and then too. */
export class KilledPair implements AsyncDisposable {
  readonly #first: KilledProcess<BotProcess>;
  readonly #startSecond: Start;
  #second: BotProcess;
  readonly #killing: Promise<void>;
  #isSpared = false;
  #killsOfSecond = 0;
  #failure: unknown = null;

  private constructor(first: KilledProcess<BotProcess>, second: BotProcess, startSecond: Start) {
    this.#first = first;
    this.#second = second;
    this.#startSecond = startSecond;
    this.#killing = this.#note(this.#killSecond());
  }

  /** Resolves when both are up. */
  static async begin(start: Start): Promise<KilledPair> {
    const [first, second] = await Promise.all([KilledProcess.begin(start, { lifeMs: LIFE_MS }), start()]);
    return new KilledPair(first, second, start);
  }

  get kills(): number {
    return this.#first.kills + this.#killsOfSecond;
  }

  /** @throws what went wrong so far: a process did not start, or ended without having been killed */
  requireHealthy(): void {
    if (this.#failure !== null) throw this.#failure;
  }

  /** Stops killing. @throws as `requireHealthy` */
  async spare(): Promise<void> {
    this.#isSpared = true;
    await this.#first.spare();
    await this.#killing;
    this.requireHealthy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isSpared = true;
    const first = await this.#first.spare();
    await this.#killing;
    await Promise.all([first, this.#second].map((bot) => bot[Symbol.asyncDispose]()));
  }

  #note(killing: Promise<void>): Promise<void> {
    return killing.catch((error: unknown) => {
      this.#failure ??= error;
    });
  }

  async #killSecond(): Promise<void> {
    for (let next = SECOND_EVERY; !this.#isSpared; next += SECOND_EVERY) {
      if (!(await this.#untilKilled(next))) return;
      process.kill(this.#second.pid, "SIGKILL");
      this.#killsOfSecond += 1;
      const signal = await this.#second.ended;
      if (signal !== "SIGKILL") throw new Error(`A process ended by itself (${signal ?? "exit"})`);
      this.#second = await this.#startSecond();
    }
  }

  /** @returns `false` if the killing has ended before that */
  async #untilKilled(times: number): Promise<boolean> {
    while (!this.#isSpared && this.#first.kills < times) {
      await delay(LOOK_EVERY_MS);
    }
    return !this.#isSpared;
  }
}
