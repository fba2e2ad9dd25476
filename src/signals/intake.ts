import type { SignalTelemetry } from "../telemetry/signals.ts";
import type { Signal } from "./signal.ts";
import type { Door, SignalStore } from "./store.ts";

export interface Accepted {
  readonly id: string;
  readonly project: string;
  readonly duplicate: boolean;
}

interface Deps {
  readonly store: SignalStore;
  readonly telemetry: SignalTelemetry;
  readonly now: () => Date;
}

/**
 * Receives signals: stores them, and only then returns. `SignalWork` handles them afterwards.
 */
export class SignalIntake {
  readonly #deps: Deps;
  #onStored: () => void = () => {};

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** @param listener called after a new signal is stored, so that this process need not wait for the change feed */
  onStored(listener: () => void): void {
    this.#onStored = listener;
  }

  /** @returns one answer per signal, in order, after all of them are durably stored */
  async accept(signals: readonly Signal[], door: Door): Promise<Accepted[]> {
    const { store, telemetry, now } = this.#deps;
    const duplicates = await store.insertNew(signals, { door, now: now() });
    if (duplicates.includes(false)) this.#onStored();
    return signals.map(({ id, project, type }, index) => {
      const duplicate = duplicates[index] ?? false;
      telemetry.received({ type, door, duplicate, project });
      return { id, project, duplicate };
    });
  }
}
