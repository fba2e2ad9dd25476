import { backOffMs } from "./rules/back-off.ts";

interface Options {
  /** Reads what is stored, and brings it into force in this process. */
  readonly bring: () => Promise<void>;
  readonly onError: (error: unknown) => void;
}

/**
 * Keeps in force what somebody changes at run time for all processes: call `read` at the start and at each change. If MongoDB is away,
 * what is in force stays, and is read again later.
 */
export class KeptInForce {
  readonly #options: Options;
  #reading: Promise<void> | null = null;
  #isAskedAgain = false;
  #again: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Resolves when what is stored now is in force, or could not be read. */
  read(): Promise<void> {
    this.#isAskedAgain = true;
    this.#reading ??= this.#readAll();
    return this.#reading;
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#again);
  }

  async #readAll(): Promise<void> {
    clearTimeout(this.#again);
    try {
      while (this.#isAskedAgain && !this.#isStopped) {
        this.#isAskedAgain = false;
        await this.#options.bring();
      }
    } catch (error) {
      if (this.#isStopped) return;
      this.#options.onError(error);
      this.#again = setTimeout(() => void this.read(), backOffMs("change_feed")).unref();
    } finally {
      // In the same step as the last look at what was asked, so that no question falls between.
      this.#reading = null;
    }
  }
}
