import { monitorEventLoopDelay } from "node:perf_hooks";

const SAMPLE_MS = 10;
const P99 = 99;
const NS_PER_MS = 1_000_000;

/** What a piece of work cost the process that waited for it. */
export interface Watched {
  readonly seconds: number;
  /** 99 of 100 delays of the event loop were shorter. */
  readonly loopP99Ms: number;
  readonly loopMaxMs: number;
  /** By how much the memory of the process grew at most, in bytes. */
  readonly growth: number;
}

/** Does a piece of work and measures what it costs this process. */
export async function watched(work: () => Promise<unknown>): Promise<Watched> {
  globalThis.gc?.();
  const before = process.memoryUsage.rss();
  let most = before;
  const timer = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), SAMPLE_MS);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const startedAt = performance.now();
  await work();
  const seconds = (performance.now() - startedAt) / 1_000;
  delay.disable();
  clearInterval(timer);
  return {
    seconds,
    loopP99Ms: delay.percentile(P99) / NS_PER_MS,
    loopMaxMs: delay.max / NS_PER_MS,
    growth: Math.max(most, process.memoryUsage.rss()) - before,
  };
}
