import { hungMs } from "../../work/rules/holder.ts";
import type { Hold, Worker } from "../../work/worker.ts";

/** A document that a lane of this process has, or is about to take. */
export interface Taken<Id> {
  readonly id: Id;
  /** `null` until this process is known to be alive. */
  hold: Hold | null;
  /** When the lane took it, or last wrote to it. */
  since: Date;
  /** The share for which it is done; `null` if it is not known yet, or its work has none. */
  share: string | null;
}

/** What the lanes of this process are working on. A lane that has not written for too long is hung, and no longer counts. */
export class AtWork<Id> {
  readonly #worker: Pick<Worker, "leaseMs" | "heartbeat" | "now">;
  /** By the id as a text. */
  readonly #all = new Map<string, Taken<Id>>();

  constructor(worker: Pick<Worker, "leaseMs" | "heartbeat" | "now">) {
    this.#worker = worker;
  }

  get ids(): Id[] {
    return this.#working().map(({ id }) => id);
  }

  /** The share of each, as often as lanes work for it. */
  get shares(): string[] {
    return this.#working().flatMap(({ share }) => share ?? []);
  }

  /** @returns `null` if another lane has it */
  begin(id: Id): Taken<Id> | null {
    const known = this.#all.get(String(id));
    if (known && !this.#isHung(known)) return null;
    const taken = { id, hold: null, since: this.#worker.now(), share: null };
    this.#all.set(String(id), taken);
    return taken;
  }

  end(taken: Taken<Id>): void {
    taken.hold?.[Symbol.dispose]();
    const key = String(taken.id);
    if (this.#all.get(key) === taken) this.#all.delete(key);
  }

  /** Whether no other process can have taken it. */
  isHeld(taken: Taken<Id>): boolean {
    return taken.hold !== null && taken.hold.isHeld() && !this.#isHung(taken);
  }

  #working(): Taken<Id>[] {
    return [...this.#all.values()].filter((each) => !this.#isHung(each));
  }

  #isHung({ since }: Taken<Id>): boolean {
    const { leaseMs, now } = this.#worker;
    return now().getTime() - since.getTime() >= hungMs(leaseMs);
  }
}
