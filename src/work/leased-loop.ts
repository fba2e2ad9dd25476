import { Loop, type LoopOptions } from "./loop.ts";
import type { Pace } from "./pace.ts";
import { backOffMs } from "./rules/back-off.ts";

/** Work that is taken from a store under leases. */
interface LeasedUnits {
  /** Does one unit that no process has, and calls `taken` as soon as it has claimed it. */
  runOne(taken: () => void): Promise<boolean>;
  /** Does one unit whose process has died. */
  takeOverOne(): Promise<boolean>;
  nextDueAt(): Promise<Date | null>;
}

interface Options extends Pick<LoopOptions, "concurrency" | "onError"> {
  readonly pace: Pace;
  readonly now: () => Date;
}

/** Does leased work in several lanes. One lane retries work that crashed a process, so poison work can stop only that lane. */
export function leasedLoop(work: LeasedUnits, { pace, ...options }: Options): Loop {
  return new Loop({
    ...options,
    ...loopTimes(pace),
    runOnce: (_stopping, taken) => work.runOne(taken),
    runAlone: () => work.takeOverOne(),
    nextDueAt: () => work.nextDueAt(),
  });
}

export function loopTimes(pace: Pace): Pick<LoopOptions, "idleMs" | "quietMs" | "errorMs"> {
  return {
    idleMs: pace.idleMs,
    quietMs: pace.quietMs,
    errorMs: backOffMs("loop", { scale: pace.backOffScale }),
  };
}
