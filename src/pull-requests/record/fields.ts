import type { PullRequestRecord } from "./record.ts";
import { newSharedWork } from "../../mongo/queue/shared-work.ts";
import { ownerKeyOf } from "../../text/github-names.ts";
import { NO_ACTIVITY } from "./rules/activity.ts";

/** How MongoDB stores a field: its type, and its value in a new record unless the creator must give it. */
type Field<T> = { readonly type: unknown } & ({ readonly required: true } | { readonly default: T });

/** Any value. TypeScript checks it where it is written. */
const MIXED = Object;
const NULL = { type: MIXED, default: null } as const;
const NULL_DATE = { type: Date, default: null } as const;
const NULL_TEXT = { type: String, default: null } as const;
const TEXT = { type: String, required: true } as const;
const DATE = { type: Date, required: true } as const;
const list = (type: unknown) => ({ type: [type as never], default: [] });

/** Every field of a record except its work. The schema of the collection and new records are made from it. */
export const FIELDS = {
  key: TEXT,
  search: list(String),
  project: TEXT,
  repository: TEXT,
  repositoryId: { type: Number, default: null },
  branch: TEXT,
  status: { type: String, default: "queued" },
  completion: { type: MIXED, required: true },
  completedAt: DATE,
  completionKey: TEXT,
  receivedAt: DATE,
  round: { type: Number, default: 1 },
  publishedRound: { type: Number, default: 0 },
  nudges: { type: Number, default: 0 },
  nudgesSeen: { type: Number, default: 0 },
  causes: list(MIXED),
  siblingMoves: { type: Number, default: 0 },
  siblingsMovedAt: NULL_DATE,
  shownSince: NULL_DATE,
  looks: list(Date),
  notBefore: NULL_DATE,
  seen: NULL,
  described: NULL,
  changeType: NULL_TEXT,
  requiredChecks: NULL,
  notes: NULL,
  isPrivate: { type: Boolean, default: null },
  baseMoved: NULL,
  requests: list(MIXED),
  requestsDone: list(String),
  parked: NULL,
  hold: NULL,
  refreshAsked: NULL,
  retried: NULL,
  draftAsked: NULL,
  draftWaits: NULL,
  cleanupAsked: NULL,
  activity: { type: MIXED, default: NO_ACTIVITY },
  personActedAt: NULL_DATE,
  pushedBy: NULL_TEXT,
  branchEnd: NULL_TEXT,
  refused: NULL,
  publishRefused: { type: Boolean, default: false },
  pullRequest: NULL,
  openedAt: NULL_DATE,
  steps: list(MIXED),
  titleBegun: NULL_TEXT,
  because: NULL_TEXT,
  problem: NULL,
  queuePosition: { type: Number, default: null },
  queuePlace: NULL,
  waitTold: NULL_TEXT,
  shortcomings: list(MIXED),
  history: list(MIXED),
  createdAt: DATE,
  updatedAt: DATE,
} satisfies { [Name in keyof Omit<PullRequestRecord, "work">]-?: Field<PullRequestRecord[Name]> };

type Fields = typeof FIELDS;
type Defaulted = {
  [Name in keyof Fields]: Fields[Name] extends { readonly default: unknown } ? Name : never;
}[keyof Fields];

const DEFAULTS = Object.fromEntries(
  Object.entries(FIELDS).flatMap(([name, field]) => ("default" in field ? [[name, field.default]] : [])),
) as unknown as Pick<PullRequestRecord, Defaulted>;

/**
 * A new record without facts, due at once. The creator adds what it is about.
 *
 * @param urgent whether somebody waits for it
 */
export function newRecord(
  now: Date,
  { repository, urgent }: { readonly repository: string; readonly urgent: boolean },
): Pick<PullRequestRecord, Defaulted | "createdAt" | "updatedAt" | "work"> {
  return {
    ...DEFAULTS,
    createdAt: now,
    updatedAt: now,
    work: newSharedWork(now, { share: ownerKeyOf(repository), urgent }),
  };
}
