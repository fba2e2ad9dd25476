import type { InstanceStore, StoredInstance } from "./store.ts";

/** Rarely enough to cost nothing, and often enough that a list is right within minutes. */
const SAY_EVERY_MS = 60_000;

interface Needs {
  readonly store: InstanceStore;
  /** This process. */
  readonly self: Omit<StoredInstance, "startedAt" | "seenAt">;
  readonly now: () => Date;
  readonly onError: (error: unknown) => void;
}

/** Keeps this process in the list of those that run. */
export class Presence {
  readonly #needs: Needs;
  #startedAt: Date | null = null;
  #timer: NodeJS.Timeout | undefined;
  #saying: Promise<void> = Promise.resolve();

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  begin(): void {
    this.#startedAt = this.#needs.now();
    const say = () => void (this.#saying = this.#say());
    this.#timer = setInterval(say, SAY_EVERY_MS).unref();
    say();
  }

  /** Takes it out of the list. */
  async end(): Promise<void> {
    clearInterval(this.#timer);
    if (this.#startedAt === null) return;
    this.#startedAt = null;
    const { store, self, onError } = this.#needs;
    // What is still on its way would put it back.
    await this.#saying;
    await store.remove(self._id).catch(onError);
  }

  async #say(): Promise<void> {
    const { store, self, now, onError } = this.#needs;
    const startedAt = this.#startedAt;
    if (startedAt !== null) await store.seen({ ...self, startedAt, seenAt: now() }).catch(onError);
  }
}
