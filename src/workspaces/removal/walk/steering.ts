import { stopped } from "../../../work/stop.ts";

/** What has been removed so far. */
export interface Counts {
  readonly files: number;
  readonly folders: number;
}

/** How a walk is watched and steered while it runs. */
export interface WalkOptions {
  /** Asked several times a second; while it is true, the walk rests at its next entry. */
  readonly paused?: (() => boolean) | undefined;
  /** Called several times a second with what is gone so far. */
  readonly progress?: ((counts: Counts) => void) | undefined;
  /** Stops the walk at its next entry. What is still there can be removed later. */
  readonly signal?: AbortSignal | undefined;
}

const LOOK_MS = 100;

/** Connects a walk with those who watch it. */
export class Steering {
  readonly counts = { files: 0, folders: 0 };
  readonly #options: WalkOptions;
  readonly #timer: NodeJS.Timeout;
  #rest: PromiseWithResolvers<void> | null = null;

  constructor(options: WalkOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
    options.signal?.addEventListener("abort", this.#wake);
    this.#look();
  }

  /** Whether the walk must call `hold` before its next entry. */
  get isHeld(): boolean {
    return this.#rest !== null || this.#options.signal?.aborted === true;
  }

  /** Waits while the walk is paused. @throws OrbError `stopping` if it is to end */
  async hold(): Promise<void> {
    while (this.#rest && this.#options.signal?.aborted !== true) await this.#rest.promise;
    if (this.#options.signal?.aborted === true) throw stopped();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#options.signal?.removeEventListener("abort", this.#wake);
    this.#options.progress?.({ ...this.counts });
  }

  #look(): void {
    if (this.#options.paused?.() === true) this.#rest ??= Promise.withResolvers<void>();
    else this.#wake();
    this.#options.progress?.({ ...this.counts });
  }

  readonly #wake = (): void => {
    this.#rest?.resolve();
    this.#rest = null;
  };
}
