/**
 * How soon the bot acts, and how often, where nobody asks it to wait. Rules and loops are handed it; tests hand in a
 * quicker one, so that they wait for what happens and not for the clock.
 */
export interface Pace {
  /** Two looks at a pull request are at least so far apart. Checks report by the dozen: one look serves a dozen. */
  readonly betweenLooksMs: number;
  /** The same in a storm of news: a minute of it then costs four of the 5 000 requests an hour of an installation. */
  readonly betweenLooksInStormMs: number;
  /** By when GitHub has worked out whether what was just opened can be merged, and its checks have begun. */
  readonly firstLookMs: number;
  /** When to look again if an event told of something that could not be seen yet: a replica of GitHub's is late. */
  readonly lookAgainMs: number;
  /** While GitHub computes mergeability it is asked after one such step, then two, three …, as rust-lang/bors does. */
  readonly mergeabilityStepMs: number;
  /**
   * The longest time that a loop sleeps without asking its store when something falls due. What falls due and what is stored
   * wakes it anyway; this is for nudges that are lost.
   */
  readonly idleMs: number;
  /** Every wait of the back-off table is multiplied by it; a wait that GitHub asks for is not. */
  readonly backOffScale: number;
  /** So many writes to GitHub may begin within any stretch of so long, for each installation. */
  readonly writeWindows: readonly { readonly max: number; readonly lengthMs: number }[];
}

/** The product's own. */
export const PACE: Pace = {
  betweenLooksMs: 1_000,
  betweenLooksInStormMs: 15_000,
  firstLookMs: 5_000,
  lookAgainMs: 15_000,
  mergeabilityStepMs: 5_000,
  idleMs: 5_000,
  backOffScale: 1,
  // "In general, no more than 80 content-generating requests per minute and no more than 500 content-generating requests
  // per hour are allowed." Which requests those are, GitHub does not say; here, all that change something.
  // https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits
  writeWindows: [
    { max: 80, lengthMs: 60_000 },
    { max: 500, lengthMs: 60 * 60_000 },
  ],
};
