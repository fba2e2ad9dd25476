import type { Walking } from "../cleanups/hands.ts";

/** How often a removal that takes long reports how far it is, and asks whether it is paused. */
const REPORT_EVERY_MS = 1_000;

/** What steers a walk that runs in threads: it asks without waiting, so everything here answers at once. */
export interface RemovalWatch extends Disposable {
  readonly paused: () => boolean;
  readonly progress: (counts: { readonly bytes: number; readonly inodes: number }) => void;
  readonly signal: AbortSignal;
  /** Why it stopped the walk itself; `null` if it did not. */
  readonly failure: unknown;
}

/** Connects a walk with its clean-up: once a second it stores the progress, which also shows that this process still holds it. */
export function watchRemoval({ progress, isPaused, signal }: Walking): RemovalWatch {
  const lost = new AbortController();
  let counts = { bytes: 0, inodes: 0 };
  let isResting = false;
  let failure: unknown = null;
  let isReporting = false;
  const report = async () => {
    if (isReporting) return;
    isReporting = true;
    try {
      await progress(counts);
      isResting = await isPaused();
    } catch (error) {
      failure = error;
      lost.abort();
    } finally {
      isReporting = false;
    }
  };
  const timer = setInterval(() => void report(), REPORT_EVERY_MS);
  return {
    paused: () => isResting,
    progress: ({ bytes, inodes }) => {
      counts = { bytes, inodes };
    },
    signal: AbortSignal.any([signal, lost.signal]),
    get failure() {
      return failure;
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}
