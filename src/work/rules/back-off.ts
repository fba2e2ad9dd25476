/** One row of the table: what to do after a failure. */
export interface BackOff {
  /** The wait after the first failure, in milliseconds. */
  readonly firstMs: number;
  /** How many times longer each wait is than the one before. */
  readonly factor: number;
  readonly maximumMs: number;
  /** The number of tries, with the first one; `null` if there is no limit. */
  readonly tries: number | null;
  readonly jitter: Jitter;
  readonly because: string;
}

/**
 * The part of a wait that is random, so that many that failed together do not come back together. `half` is
 * "equal jitter": half of the wait is certain, so no server is hammered.
 */
const JITTER = { none: [1, 1], half: [0.5, 1], around: [0.5, 1.5] } as const;
type Jitter = keyof typeof JITTER;

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** The same wait each time, without a limit of tries. */
const every = (ms: number) =>
  ({ firstMs: ms, factor: 1, maximumMs: ms, tries: null, jitter: "none" }) as const;
const REPLICA = { firstMs: 500, factor: 2, maximumMs: 4 * SECOND_MS, tries: 4, jitter: "half" } as const;
const OUTAGE = { firstMs: 500, factor: 2, maximumMs: 5 * MINUTE_MS, tries: 300, jitter: "half" } as const;

/**
 * How long to wait after a failure and how often to try, for everything in the bot that can fail. If the other side names a
 * time, that is the wait instead: `waitAskedMs`.
 */
export const BACK_OFF = {
  signal_or_delivery: {
    firstMs: 250,
    factor: 2,
    maximumMs: MINUTE_MS,
    tries: 8,
    jitter: "half",
    because: "Its handler only touches our stores: what still fails after a minute or two has to be fixed.",
  },
  outage: {
    ...OUTAGE,
    because: "GitHub or MongoDB is down, and somebody is working on it: half a day to a day.",
  },
  replica: { ...REPLICA, because: "GitHub's replicas lag a push or a new branch by seconds." },
  graphql_replica: {
    ...REPLICA,
    firstMs: SECOND_MS,
    because: "GitHub's GraphQL API knows a new pull request later than its REST API.",
  },
  validation: {
    ...REPLICA,
    tries: 2,
    because: "A replica that lags is one reason of many, so one more try.",
  },
  refusal: {
    ...every(0),
    tries: 1,
    because: "Somebody has to change something first, so trying again at once would not help.",
  },
  overload: {
    firstMs: MINUTE_MS,
    factor: 4,
    maximumMs: 16 * MINUTE_MS,
    tries: 4,
    jitter: "half",
    because: "GitHub could not compute the answer in time. It often can a little later.",
  },
  asked_again: {
    firstMs: HOUR_MS,
    factor: 4,
    maximumMs: DAY_MS,
    tries: null,
    jitter: "half",
    because: "GitHub may answer differently tomorrow, and no event reports that.",
  },
  optional_question: {
    ...OUTAGE,
    tries: 8,
    because: "A pull request is better with the answer, but is worth more now than complete later.",
  },
  shortcoming: {
    firstMs: MINUTE_MS,
    factor: 4,
    maximumMs: 256 * MINUTE_MS,
    tries: 6,
    jitter: "none",
    because: "GitHub failed to answer: five more tries over five and a half hours outlast most outages.",
  },
  on_hold: {
    ...every(10 * MINUTE_MS),
    maximumMs: 15 * MINUTE_MS,
    because: "The push that ends a hold is an event; this is for an event that was lost.",
  },
  no_room: {
    ...every(MINUTE_MS),
    maximumMs: 15 * MINUTE_MS,
    because: "Times the place in the queue, since each check costs requests to GitHub.",
  },
  stopped: {
    ...every(HOUR_MS),
    because: "Nothing says how long a person holds a pull request; the command that ends it is an event.",
  },
  open_unreadable: {
    ...every(HOUR_MS),
    because: "An open pull request that GitHub does not show may become visible again without an event.",
  },
  quarantined_request: {
    ...every(HOUR_MS),
    because: "What is quarantined stays so; only the answer to a person is late.",
  },
  redelivery: {
    firstMs: 4 * MINUTE_MS,
    factor: 2,
    maximumMs: 12 * HOUR_MS,
    tries: null,
    jitter: "half",
    because:
      "A process that was restarted has it soon; other causes last. GitHub forgets it after three days.",
  },
  kept_workspace: {
    firstMs: 15 * MINUTE_MS,
    factor: 2,
    maximumMs: DAY_MS,
    tries: null,
    jitter: "half",
    because: "What keeps a workspace ends with an agent, a push or a person, and no event reports that.",
  },
  cleanup: {
    firstMs: MINUTE_MS,
    factor: 4,
    maximumMs: DAY_MS,
    tries: null,
    jitter: "half",
    because:
      "What a file system refuses is fixed by a person, and a workspace on a disk harms nobody meanwhile.",
  },
  rebuild_place: {
    ...every(10 * MINUTE_MS),
    tries: 144,
    because: "An account or repository that refuses for a day is left out of the rebuild.",
  },
  job: {
    ...every(MINUTE_MS),
    jitter: "around",
    because: "A job that failed need not wait for its next regular time.",
  },
  job_cut_short: {
    ...every(MINUTE_MS),
    because: "A run does a bounded part, and GitHub's limits count by the minute.",
  },
  loop: {
    ...every(500),
    because: "A store is away and each piece of work has its own wait: only the loop must not spin.",
  },
  change_feed: {
    ...every(SECOND_MS),
    because: "The loops also poll, so a feed that is down only costs speed.",
  },
  redis_connection: {
    firstMs: 200,
    factor: 2,
    maximumMs: 2 * SECOND_MS,
    tries: null,
    jitter: "none",
    because: "Commands fail meanwhile, and each caller has its own wait.",
  },
  redis_count: {
    ...every(10 * SECOND_MS),
    because: "Asking a Redis that is down may take seconds; each process counts its own writes meanwhile.",
  },
  app_check: {
    firstMs: SECOND_MS,
    factor: 2,
    maximumMs: 30 * SECOND_MS,
    tries: null,
    jitter: "half",
    because: "Somebody repairs GitHub, the network or the App's key, and waits for the process to notice.",
  },
  github_limit: {
    ...every(MINUTE_MS),
    because: "GitHub asks for at least a minute where no header names a time.",
  },
  content_limit: {
    firstMs: 5 * MINUTE_MS,
    factor: 2,
    maximumMs: HOUR_MS,
    tries: null,
    jitter: "none",
    because: "Too much was created in a short time. GitHub names no end: it is minutes to an hour away.",
  },
} as const satisfies Record<string, BackOff>;

/** A row of the table. */
export type Failing = keyof typeof BACK_OFF;
type WithoutJitter = {
  [Row in Failing]: (typeof BACK_OFF)[Row]["jitter"] extends "none" ? Row : never;
}[Failing];

const GROWTHS_MAX = 50; // far beyond any maximum, and not yet infinite

interface Failed {
  /** How often it has failed so far, from 1. */
  readonly failures?: number;
  /** In [0, 1). Required if a part of the row's wait is random. */
  readonly random?: number;
  /** All waits are multiplied by it; tests make them short. */
  readonly scale?: number;
}

/** @returns milliseconds to wait before the next try */
export function backOffMs(failing: WithoutJitter, failed?: Failed): number;
export function backOffMs(failing: Failing, failed: Failed & { readonly random: number }): number;
export function backOffMs(failing: Failing, { failures = 1, random = 0, scale = 1 }: Failed = {}): number {
  const { firstMs, factor, maximumMs, jitter } = BACK_OFF[failing];
  const full = Math.min(maximumMs, firstMs * factor ** Math.min(failures - 1, GROWTHS_MAX));
  const [least, most] = JITTER[jitter];
  return Math.round(full * (least + (most - least) * random) * scale);
}

/**
 * No wait of these rows, nor one that the other side asks for instead, is longer than this, in milliseconds: twice the longest
 * of the table. What was stored as due later is a mistake of a clock.
 */
export function longestWaitMs(rows: readonly Failing[]): number {
  return 2 * Math.max(...rows.map((row) => BACK_OFF[row].maximumMs * JITTER[BACK_OFF[row].jitter][1]));
}

/** Whether to try again. @param tries so far, with the one that has just failed */
export function mayTryAgain(failing: Failing, tries: number): boolean {
  const { tries: most } = BACK_OFF[failing];
  return most === null || tries < most;
}

/**
 * The wait that the other side asked for, plus up to a tenth, so that all that wait for the same moment do not come
 * at once. It is never shorter.
 *
 * @param random in [0, 1)
 */
export function waitAskedMs(askedMs: number, random: number): number {
  return Math.round(askedMs * (1 + random / 10));
}
