import { freePort } from "../../../script/services/free-port.ts";
import { KilledProcess } from "../../../bench/loss/killed-process.ts";
import { oneOf } from "../../../bench/loss/random.ts";
import { QUICK_PACE } from "../../support/bot/pace.ts";
import { type BotProcess, startBotProcess } from "../../support/bot/process.ts";
import type { Scene } from "./scene.ts";

const LIFE_MS = 1_000;
const YEAR_MS = 365 * 24 * 3_600_000;
/** Looks of a second later, so that the run soon comes to rest. */
const PACE = { ...QUICK_PACE, firstLookMs: 1_000, lookAgainMs: 2_000 };

/** Three processes of one bot, each with its own trouble. */
export class Processes {
  readonly urls: readonly [string, string, string];
  readonly #killed: KilledProcess<BotProcess>;
  readonly #slow: BotProcess;
  readonly #wrong: BotProcess;
  readonly #pids: readonly number[];

  private constructor(parts: {
    readonly urls: readonly [string, string, string];
    readonly killed: KilledProcess<BotProcess>;
    readonly slow: BotProcess;
    readonly wrong: BotProcess;
    readonly pids: readonly number[];
  }) {
    this.urls = parts.urls;
    this.#killed = parts.killed;
    this.#slow = parts.slow;
    this.#wrong = parts.wrong;
    this.#pids = parts.pids;
  }

  /** @param stack disposes of them */
  static async start(
    { stage: { surroundings } }: Scene,
    { stack, random }: { stack: AsyncDisposableStack; random: () => number },
  ): Promise<Processes> {
    const start = (options: Parameters<typeof startBotProcess>[1]) =>
      startBotProcess(surroundings, { pace: PACE, ...options });
    const machineDateMs = oneOf([YEAR_MS, -YEAR_MS], random);
    const [slow, wrong] = await Promise.all([start({}), start({ machineDateMs })]);
    stack.use(wrong);
    stack.use(slow);
    stack.defer(() => void process.kill(slow.pid, "SIGCONT"));
    const port = await freePort();
    const pids: number[] = [];
    const killed = await KilledProcess.begin(
      async () => {
        const started = await start({ env: { PORT: String(port) } });
        pids.push(started.pid);
        return started;
      },
      { lifeMs: LIFE_MS },
    );
    stack.defer(async () => (await killed.spare())[Symbol.asyncDispose]());
    const urls = [`http://127.0.0.1:${port}`, slow.url, wrong.url] as const;
    return new Processes({ urls, killed, slow, wrong, pids });
  }

  /** Resolves when the killed process was killed so often. */
  async untilKilled(times: number): Promise<void> {
    await this.#killed.untilKilled(times);
  }

  /** Stops the slow process or lets it go on; others take its work over if it is stopped for longer than its lease. */
  signalSlow(signal: "SIGSTOP" | "SIGCONT"): void {
    process.kill(this.#slow.pid, signal);
  }

  /** No process is killed or stopped from now on. @throws Error if one has ended that was not killed */
  async spare(): Promise<void> {
    this.signalSlow("SIGCONT");
    await this.#killed.spare();
    for (const { ended } of [this.#slow, this.#wrong]) {
      const state = await Promise.race([ended, Promise.resolve("alive")]);
      if (state !== "alive") throw new Error(`A process ended that was not killed (${state ?? "exit"})`);
    }
  }

  /** Whether this process, as the owner of work, was killed, or stopped for so long that it looked like that. */
  wasMissed(owner: string): boolean {
    const pid = Number(owner.split("/").at(-2));
    return pid === this.#slow.pid || this.#pids.slice(0, this.#killed.kills).includes(pid);
  }
}
