import type { Pace } from "../../../src/work/pace.ts";

/**
 * The pace of a bot in a test unless the test asks for another: what the product waits seconds for, it waits
 * hundredths of a second for. `PACE` of `src/work/pace.ts` is the product's own.
 */
export const QUICK_PACE: Pace = {
  betweenLooksMs: 50,
  betweenLooksInStormMs: 100,
  firstLookMs: 200,
  lookAgainMs: 500,
  mergeabilityStepMs: 100,
  idleMs: 100,
  backOffScale: 0.1,
};
