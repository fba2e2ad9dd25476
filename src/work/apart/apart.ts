import { type Asked, type Outcome, Thread } from "./thread.ts";
import { Turns } from "./turns.ts";

/** Two, so that one account's call never has to end before another account's can begin. */
const THREADS_MAX = 2;
/** Ten times what an honest file of the greatest length takes. */
const CALL_MS_MAX = 1_000;
/** Steps of some nanoseconds each: a call with fewer takes less time than a turn of the event loop may. */
const STEPS_HERE_MAX = 1_000_000;

/** The answer of a call that was stopped because it took too long or too much memory. */
export const TOO_LONG = Symbol("too long");

interface Waiting {
  readonly asked: Asked;
  readonly resolve: (outcome: Outcome) => void;
}

export interface CallOptions {
  /** Whose text is read. Accounts take turns, and each has one call under way at most. */
  readonly account: string;
  /** How many steps the call takes in the worst case, about. */
  readonly steps: number;
}

/**
 * Makes calls that may take long: those that read the text of a repository, which anybody may have written. A short call is made
 * at once; any other in a thread of its own, so that it never blocks the event loop, and it is stopped after a second of processor
 * time.
 */
export class Apart {
  readonly #limitMs: number;
  readonly #stepsHereMax: number;
  readonly #idle: Thread[] = [];
  readonly #turns = new Turns<Waiting>();
  #busy = 0;
  #closed = false;

  constructor({
    callMsMax = CALL_MS_MAX,
    stepsHereMax = STEPS_HERE_MAX,
  }: { readonly callMsMax?: number; readonly stepsHereMax?: number } = {}) {
    this.#limitMs = callMsMax;
    this.#stepsHereMax = stepsHereMax;
  }

  /**
   * @param module the address of the module that exports the function, as `import.meta.resolve` returns it
   * @param args must be copyable, and so must the result: https://developer.mozilla.org/docs/Web/API/Web_Workers_API/Structured_clone_algorithm
   * @throws what the function throws
   */
  async call<Args extends readonly unknown[], Result>(
    run: (...args: Args) => Result,
    module: string,
    args: Args,
    { account, steps }: CallOptions,
  ): Promise<Result | typeof TOO_LONG> {
    if (steps <= this.#stepsHereMax) return run(...args);
    const outcome = await this.#apart({ module, name: run.name, args }, account);
    if (outcome.kind === "error") throw outcome.error;
    // The thread has called the same function.
    return outcome.kind === "result" ? (outcome.result as Result) : TOO_LONG;
  }

  /** Ends the threads; one with a call under way ends after it. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#idle.splice(0).map((thread) => thread.close()));
  }

  #apart(asked: Asked, account: string): Promise<Outcome> {
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    this.#turns.add(account, { asked, resolve });
    this.#next();
    return promise;
  }

  #next(): void {
    while (this.#busy < THREADS_MAX) {
      const turn = this.#turns.take();
      if (!turn) return;
      void this.#make(turn);
    }
  }

  async #make({ key, item }: { readonly key: string; readonly item: Waiting }): Promise<void> {
    this.#busy++;
    const thread = this.#idle.pop() ?? new Thread();
    const outcome = await thread.call(item.asked, this.#limitMs);
    this.#busy--;
    this.#turns.end(key);
    if (this.#closed) await thread.close();
    else if (!thread.ended) this.#idle.push(thread);
    item.resolve(outcome);
    this.#next();
  }
}
