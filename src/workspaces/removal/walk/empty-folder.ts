import { randomBytes } from "node:crypto";
import type { OpenFolder } from "../../tree/open-folder.ts";
import { type Finding, mergeFindings } from "../rules/findings.ts";
import { type Counts, LANES, Shared } from "./shared.ts";
import type { TreeThread } from "./tree-thread.ts";
import type { TreeThreads } from "./tree-threads.ts";

/** A small tree is gone before a second thread would have begun. */
const SECOND_THREAD_AFTER_MS = 100;
const TOKEN_BYTES = 12;
/** A process that goes on writing into the trash can hold up a removal for so many passes over it. */
const ROUNDS_MAX = 1_000;

/** How a walk is watched and steered while it runs. */
export interface WalkOptions {
  readonly threads: TreeThreads;
  /** Asked several times a second; while it is true, the walk rests at its next entry. */
  readonly paused?: (() => boolean) | undefined;
  /** Called several times a second with what is gone so far. */
  readonly progress?: ((counts: Counts) => void) | undefined;
  /** Stops the walk at its next entry. What is still there can be removed later. */
  readonly signal?: AbortSignal | undefined;
}

export interface Emptied {
  readonly counts: Counts;
  /** What could not be removed. Empty if the folder is. */
  readonly findings: readonly Finding[];
}

/**
 * Removes everything in an open folder, with threads that block in the place of the event loop. It has no limit of time: a tree takes as
 * long as it takes, and says how far it came.
 *
 * @throws OrbError `stopping` if `signal` aborts
 */
export async function emptyFolder(
  top: OpenFolder,
  { allowSubvolumes, ...options }: WalkOptions & { readonly allowSubvolumes: boolean },
): Promise<Emptied> {
  const shared = new Shared();
  using watch = watchWalk(shared, options);
  for (let rounds = 1; ; rounds++) {
    const before = shared.counts;
    const findings = await new Round(top, { threads: options.threads, shared, allowSubvolumes }).run();
    const after = shared.counts;
    const isEmpty = await hasNothing(top);
    const isLess = after.files + after.folders > before.files + before.folders;
    // Folders that were moved up are met again by the next round, as are those that were left for lack of room.
    if (!isEmpty && isLess && rounds < ROUNDS_MAX) continue;
    watch.last();
    return { counts: after, findings: isEmpty ? [] : findings };
  }
}

const WATCH_MS = 100;

/** Connects a walk with those who steer it. */
export function watchWalk(
  shared: Shared,
  { paused, progress, signal }: Omit<WalkOptions, "threads">,
): Disposable & { readonly last: () => void } {
  const look = () => {
    if (paused) shared.paused = paused();
    progress?.(shared.counts);
  };
  const stop = () => shared.stop();
  if (signal?.aborted) stop();
  signal?.addEventListener("abort", stop);
  if (!signal?.aborted) look();
  const timer = setInterval(() => !signal?.aborted && look(), WATCH_MS);
  return {
    last: () => progress?.(shared.counts),
    [Symbol.dispose]: () => {
      clearInterval(timer);
      signal?.removeEventListener("abort", stop);
    },
  };
}

async function hasNothing(folder: OpenFolder): Promise<boolean> {
  for await (const _ of folder.entries()) return false;
  return true;
}

/** One pass over the top by one thread, which leaves folders to a second one that is idle. */
class Round {
  readonly #top: OpenFolder;
  readonly #threads: TreeThreads;
  readonly #shared: Shared;
  readonly #allowSubvolumes: boolean;
  /** Of this round: what earlier ones have moved up is removed like anything else. */
  readonly #token = `orb-${randomBytes(TOKEN_BYTES).toString("hex")}-`;
  readonly #waiting: Buffer[] = [];
  readonly #findings: (readonly Finding[])[] = [];
  readonly #idleLanes = Array.from({ length: LANES }, (_, index) => LANES - 1 - index);
  readonly #over = Promise.withResolvers<void>();
  readonly #errors: unknown[] = [];

  constructor(
    top: OpenFolder,
    { threads, shared, allowSubvolumes }: { threads: TreeThreads; shared: Shared; allowSubvolumes: boolean },
  ) {
    this.#top = top;
    this.#threads = threads;
    this.#shared = shared;
    this.#allowSubvolumes = allowSubvolumes;
  }

  async run(): Promise<readonly Finding[]> {
    const timer = setTimeout(() => {
      for (const _ of this.#idleLanes) this.#shared.askForWork();
    }, SECOND_THREAD_AFTER_MS);
    this.#begin(null);
    try {
      await this.#over.promise;
    } finally {
      clearTimeout(timer);
      this.#shared.noWorkWanted();
    }
    if (this.#errors.length > 0) throw this.#errors[0];
    return mergeFindings(this.#findings);
  }

  #handedOver(name: Buffer): void {
    if (this.#idleLanes.length > 0) this.#begin(name);
    else this.#waiting.push(name);
  }

  /** The next idle lane does this, then what waits, and then it asks for more. The round ends when all lanes are idle. */
  #begin(name: Buffer | null): void {
    const lane = this.#idleLanes.pop() ?? 0;
    const serve = async () => {
      await this.#lane(lane, name);
      for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) await this.#lane(lane, next);
    };
    const end = () => {
      this.#idleLanes.push(lane);
      this.#shared.askForWork();
      if (this.#idleLanes.length === LANES) this.#over.resolve();
    };
    const fail = (error: unknown) => {
      this.#errors.push(error);
      // The other lane would only go on for nothing.
      this.#shared.stop();
    };
    void serve().catch(fail).finally(end);
  }

  async #lane(lane: number, name: Buffer | null): Promise<void> {
    await this.#threads.with(async (thread) => {
      this.#findings.push(await this.#walk(thread, lane, name));
    });
  }

  #walk(thread: TreeThread, lane: number, name: Buffer | null): Promise<readonly Finding[]> {
    const { fd, dev, mountId } = this.#top;
    return thread.walk<"remove">(
      {
        kind: "remove",
        top: { fd, dev, mountId },
        name: name && new Uint8Array(name),
        token: this.#token,
        lane,
        allowSubvolumes: this.#allowSubvolumes,
        memory: this.#shared.memory,
      },
      (handed) => this.#handedOver(handed),
    );
  }
}
