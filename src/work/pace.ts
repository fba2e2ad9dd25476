/**
 * How soon and how often the bot acts when nothing else decides. Rules and loops get it as an argument. Tests pass a
 * quicker one, so that they wait for events and not for the clock.
 */
export interface Pace {
  /** The shortest time between two looks at a pull request. Checks report by the dozen: one look serves a dozen. */
  readonly betweenLooksMs: number;
  /** The same in a storm of events: a minute then costs four of the 5 000 requests an hour of an installation. */
  readonly betweenLooksInStormMs: number;
  /** The first look after opening: by then GitHub usually knows whether it can be merged, and checks have begun. */
  readonly firstLookMs: number;
  /** When to look again if an event reported something that a look did not show: a replica of GitHub's is late. */
  readonly lookAgainMs: number;
  /**
   * How long the others of a change set must stay as they are before a description that lists them is written again: so that
   * forty that are opened together are described forty times, and not once for each pair of them.
   */
  readonly changeSetQuietMs: number;
  /** The longest that a description waits for that, however often the others change. */
  readonly changeSetWaitMaxMs: number;
  /** While GitHub computes mergeability it is asked after one such step, then two, three …, as rust-lang/bors does. */
  readonly mergeabilityStepMs: number;
  /**
   * The longest time that a loop sleeps without asking its store while MongoDB's change feed is cut off. Due work and nudges
   * wake it earlier; this is for nudges that are lost.
   */
  readonly idleMs: number;
  /**
   * The same while the feed is open and reports everything that is added. It limits what an idle process costs, and how late
   * another process continues what one that has died left to be done later.
   */
  readonly quietMs: number;
  /** How often it is asked whether work or jobs are late, or disks full: what is stored and changes in minutes. */
  readonly healthMs: number;
  /** Each wait of the back-off table is multiplied by it. A wait that GitHub asks for is not. */
  readonly backOffScale: number;
  /** The longest that a request waits for Redis to count it. Then its process counts alone. */
  readonly countedWithinMs: number;
  /** How many writes to GitHub may begin within any period of that length, for each installation. */
  readonly writeWindows: readonly { readonly max: number; readonly lengthMs: number }[];
}

/** The pace of the product. */
export const PACE: Pace = {
  betweenLooksMs: 1_000,
  betweenLooksInStormMs: 15_000,
  firstLookMs: 5_000,
  lookAgainMs: 15_000,
  changeSetQuietMs: 10_000,
  changeSetWaitMaxMs: 5 * 60_000,
  mergeabilityStepMs: 5_000,
  idleMs: 5_000,
  quietMs: 30_000,
  healthMs: 30_000,
  backOffScale: 1,
  countedWithinMs: 100,
  // "In general, no more than 80 content-generating requests per minute and no more than 500 content-generating requests
  // per hour are allowed." GitHub does not say which requests count; we count all that change something.
  // https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits
  writeWindows: [
    { max: 80, lengthMs: 60_000 },
    { max: 500, lengthMs: 60 * 60_000 },
  ],
};
