import { setTimeout as delay } from "node:timers/promises";
import { fairOrder } from "../work/rules/fair-order.ts";
import type { DueDeliveryStore } from "./due-store.ts";
import type { DueDeliveries } from "./rules/by-thing.ts";

/** While more is due than was found, other shares are searched for this often: a search costs as much as a delivery. */
const SEARCH_EVERY_MS = 50;

interface Deps {
  readonly store: DueDeliveryStore;
  readonly now: () => Date;
  /** The number of lanes of this process. */
  readonly lanes: number;
}

/**
 * The due deliveries that this process has found, and what its lanes are working on. A lane takes what `fairOrder` says, and
 * never a thing that another lane has. One query finds hundreds; meanwhile those of other shares are added that came later.
 */
export class DueQueue {
  readonly #deps: Deps;
  #found: DueDeliveries[] = [];
  /** The things that lanes are working on, each with its share. */
  readonly #atWork = new Map<string, string>();
  #finding: Promise<void> | null = null;
  #searching: Promise<void> | null = null;
  #searchedAtMs = 0;
  /** Whether anything could be claimed of what was found last. */
  #foundWork = false;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Whether another lane may find something. */
  get mayHaveMore(): boolean {
    return this.#found.length > 0 || this.#foundWork;
  }

  /** The lane has the thing until `leave`. @returns `null` if nothing is due that this process may take */
  async take(): Promise<DueDeliveries | null> {
    if (!this.#hasFree()) await (this.#finding ??= this.#find().finally(() => (this.#finding = null)));
    let next = this.#next();
    if (this.#isToSearch(next)) {
      await (this.#searching ??= this.#search().finally(() => (this.#searching = null)));
      next = this.#next();
    }
    if (!next) return null;
    this.#found.splice(this.#found.indexOf(next), 1);
    this.#atWork.set(next.about, next.share);
    return next;
  }

  /** The first delivery about a thing was claimed. */
  claimed(): void {
    this.#foundWork = true;
  }

  /** The rest about a thing comes after all that waits, so that each thing has its turn. */
  putBack(thing: DueDeliveries, ids: readonly string[]): void {
    if (ids.length > 0) this.#found.push({ ...thing, ids, dueAt: this.#deps.now() });
  }

  leave({ about }: DueDeliveries): void {
    this.#atWork.delete(about);
  }

  #hasFree(): boolean {
    return this.#found.some(({ about }) => !this.#atWork.has(about));
  }

  #next(): DueDeliveries | undefined {
    const free = this.#found.filter(({ about }) => !this.#atWork.has(about));
    return fairOrder(free, { serving: [...this.#atWork.values()], lanes: this.#deps.lanes })[0];
  }

  async #find(): Promise<void> {
    const { store, now } = this.#deps;
    const known = this.#found.map(({ about }) => about);
    const { things, isAll } = await store.find(now(), { except: [...this.#atWork.keys(), ...known] });
    this.#foundWork = false;
    this.#searchedAtMs = isAll ? performance.now() : -Infinity;
    this.#found.push(...things);
  }

  /** One lane searches at a time, while the others go on with what was found; one that may take none of that waits for it. */
  #isToSearch(next: DueDeliveries | undefined): boolean {
    if (!next) return this.#hasFree();
    return !this.#searching && performance.now() - this.#searchedAtMs >= SEARCH_EVERY_MS;
  }

  async #search(): Promise<void> {
    const { store, now } = this.#deps;
    const leftMs = this.#searchedAtMs + SEARCH_EVERY_MS - performance.now();
    if (leftMs > 0) await delay(leftMs);
    const serving = [...this.#atWork.values(), ...this.#found.map(({ share }) => share)];
    const things = await store.ofOtherShares(now(), { serving });
    this.#searchedAtMs = performance.now();
    // Of a share that waits in the queue already, `find` finds more, things in turn.
    const waiting = new Set(this.#found.map(({ share }) => share));
    this.#found.push(...things.filter(({ share, about }) => !waiting.has(share) && !this.#atWork.has(about)));
  }
}
