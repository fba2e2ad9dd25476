/** Work that is taken from a store under leases. */
interface Units {
  runOne(taken: () => void): Promise<boolean>;
  takeOverOne(): Promise<boolean>;
  nextDueAt(): Promise<Date | null>;
}

/** The same work, of which none is begun while somebody has paused it. What runs is not stopped by this. */
export function pausable(work: Units, isPaused: () => Promise<boolean>): Units {
  return {
    runOne: async (taken) => !(await isPaused()) && work.runOne(taken),
    takeOverOne: async () => !(await isPaused()) && work.takeOverOne(),
    // What is due must not ring all the time meanwhile.
    nextDueAt: async () => ((await isPaused()) ? null : work.nextDueAt()),
  };
}
