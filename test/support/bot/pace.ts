import { PACE, type Pace } from "../../../src/work/pace.ts";

/**
 * The pace of a bot in a test unless the test asks for another: what the product waits seconds for, it waits
 * hundredths of a second for. `PACE` of `src/work/pace.ts` is the product's own.
 */
export const QUICK_PACE: Pace = {
  betweenLooksMs: 50,
  betweenLooksInStormMs: 100,
  firstLookMs: PACE.firstLookMs,
  lookAgainMs: PACE.lookAgainMs,
  changeSetQuietMs: 100,
  changeSetWaitMaxMs: PACE.changeSetWaitMaxMs,
  mergeabilityStepMs: 100,
  idleMs: 200,
  // A test that changes a record behind the bot's back waits for so long.
  quietMs: 500,
  healthMs: PACE.healthMs,
  backOffScale: 0.1,
  // On a busy machine Redis may be late without being away.
  countedWithinMs: 2_000,
  writeWindows: [{ max: 1_000, lengthMs: 60_000 }],
};

/** The same for a bot whose clock a test moves: no timer follows that clock, so the loops often ask what is due. */
export const PACE_OF_MOVED_CLOCK: Pace = { ...QUICK_PACE, quietMs: 200 };
