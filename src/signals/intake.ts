import type { Refusal } from "../errors.ts";
import type { SignalTelemetry } from "../telemetry/signals.ts";
import { conflictWith } from "./rules/same-event.ts";
import type { Signal } from "./signal.ts";
import type { Door, SignalStore } from "./store.ts";

export interface Accepted {
  readonly id: string;
  readonly project: string;
  readonly duplicate: boolean;
}

/** A signal whose `source` and `id` belong to another one. It changes nothing. */
export interface Conflict {
  /** Its place among those that arrived together. */
  readonly index: number;
  readonly id: string;
  readonly project: string;
  readonly problem: Refusal;
}

interface Deps {
  readonly store: SignalStore;
  readonly telemetry: SignalTelemetry;
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

  /**
   * @param at when they arrived; those without a time of their own have this one
   * @returns one answer per signal, in order, after all new ones are durably stored
   */
  async accept(
    signals: readonly Signal[],
    { door, at }: { door: Door; at: Date },
  ): Promise<{ accepted: Accepted[]; conflicts: Conflict[] }> {
    const { store, telemetry } = this.#deps;
    const stored = await store.insertNew(signals, { door, now: at });
    if (stored.includes(null)) this.#onStored();
    const accepted: Accepted[] = [];
    const conflicts: Conflict[] = [];
    for (const [index, signal] of signals.entries()) {
      const { id, project, type } = signal;
      const known = stored[index] ?? null;
      const problem = known && conflictWith(known, signal, at);
      if (problem) {
        conflicts.push({ index, id, project, problem });
        telemetry.refused({ signalId: id, project, door, problem });
      } else {
        const duplicate = known !== null;
        telemetry.received({ signalId: id, type, door, duplicate, project });
        accepted.push({ id, project, duplicate });
      }
    }
    return { accepted, conflicts };
  }
}
