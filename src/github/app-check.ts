import type { Config } from "../config.ts";
import type { Refusal } from "../errors.ts";
import type { GitHubTelemetry } from "../telemetry/github.ts";
import { backOffMs } from "../work/rules/back-off.ts";
import { appProblemOf, isAppRefused, notAnsweredYet } from "./rules/app-problem.ts";

/** A key is rarely removed while it is in use. */
const CONFIRMED_FOR_MS = 5 * 60_000;
/** The start of the process waits this long for the first answer, so that the log begins with it. */
const FIRST_ANSWER_WITHIN_MS = 2_000;
/** One refusal may be a mistake of a server of GitHub's that lags. */
const REFUSALS_MIN = 2;

interface Deps {
  readonly config: Pick<Config["github"], "appId" | "apiUrl">;
  /** Asks `GET /app`. */
  readonly ask: () => Promise<void>;
  readonly telemetry: GitHubTelemetry;
  readonly random: () => number;
  /** All waits after a failure are multiplied by it. */
  readonly backOffScale: number;
}

/** What is known about GitHub. */
export interface AppState {
  /** Whether GitHub's last answer confirmed the App. */
  readonly up: boolean;
  /**
   * Whether the process can't do its work: GitHub refuses the App, or has never confirmed it. Once it has, an outage of
   * GitHub is none of it: signals and webhooks are still taken in, and wait.
   */
  readonly blocks: boolean;
  readonly problem: Refusal | null;
}

/**
 * Asks GitHub in the background whether it accepts the App, all the time: so a wrong key is found before the first webhook,
 * and the process is ready as soon as it is right, without a restart. `state` is the last answer.
 */
export class AppCheck {
  readonly #deps: Deps;
  #confirmed = false;
  #refusals = 0;
  #failures = 0;
  #problem: Refusal | null = null;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  #waitNoLonger: () => void = () => {};

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  get state(): AppState {
    const up = this.#confirmed && this.#problem === null;
    const problem = this.#problem ?? (this.#confirmed ? null : notAnsweredYet(this.#deps.config));
    return { up, blocks: !this.#confirmed || this.#refusals >= REFUSALS_MIN, problem };
  }

  /** Begins to ask. Resolves after the first answer, or when it takes too long. */
  async start(): Promise<void> {
    const { promise: tooLong, resolve } = Promise.withResolvers<void>();
    this.#waitNoLonger = resolve;
    const timer = setTimeout(resolve, FIRST_ANSWER_WITHIN_MS);
    await Promise.race([this.#run(), tooLong]);
    clearTimeout(timer);
  }

  stop(): void {
    this.#stopped = true;
    this.#waitNoLonger();
    clearTimeout(this.#timer);
  }

  async #run(): Promise<void> {
    const { ask, config, telemetry, random, backOffScale } = this.#deps;
    try {
      await ask();
      if (this.#problem !== null) telemetry.appConfirmed();
      this.#confirmed = true;
      [this.#failures, this.#refusals, this.#problem] = [0, 0, null];
    } catch (error) {
      const problem = appProblemOf(error, config);
      this.#failures++;
      this.#refusals = isAppRefused(problem) ? this.#refusals + 1 : this.#refusals;
      this.#problem = problem;
      telemetry.appNotConfirmed(problem, { isRefused: isAppRefused(problem) });
    }
    if (this.#stopped) return;
    const failed = { failures: this.#failures, random: random(), scale: backOffScale };
    const waitMs = this.#failures === 0 ? CONFIRMED_FOR_MS : backOffMs("app_check", failed);
    this.#timer = setTimeout(() => void this.#run(), waitMs).unref();
  }
}
