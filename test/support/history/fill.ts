import type { Collection, Db, Document } from "mongodb";
import { historicChange, historicSession, historicToken } from "./callers.ts";
import { historicCleanup } from "./cleanups.ts";
import {
  historicDelivery,
  historicEvent,
  historicMiss,
  historicProject,
  historicRepository,
  historicSignal,
  historicWorkspace,
} from "./others.ts";
import { historicRecord } from "./records.ts";

const BATCH = 5_000;

/** Inserts `count` documents as fast as the driver can: fastest before there are indexes, which are then built at once. */
export async function fill(
  db: Db,
  collection: string,
  { from = 0, count, document }: { from?: number; count: number; document: (index: number) => Document },
): Promise<void> {
  const target: Collection = db.collection(collection);
  for (let start = from; start < from + count; start += BATCH) {
    const length = Math.min(BATCH, from + count - start);
    const batch = Array.from({ length }, (_, offset) => document(start + offset));
    await target.insertMany(batch, { ordered: false, writeConcern: { w: 1, journal: false } });
  }
}

/** How many documents of each kind. */
export interface HistorySize {
  readonly records: number;
  readonly deliveries: number;
  readonly events: number;
  readonly others: number;
}

/** Fills an empty database with the history of a bot that has run for long. */
export async function fillHistory(
  db: Db,
  { records, deliveries, events, others }: HistorySize,
): Promise<void> {
  await fill(db, "pull_requests", { count: records, document: historicRecord });
  await fill(db, "deliveries", { count: deliveries, document: (index) => ({ ...historicDelivery(index) }) });
  await fill(db, "outbox", { count: events, document: (index) => ({ ...historicEvent(index) }) });
  await fill(db, "projects", { count: others, document: (index) => ({ ...historicProject(index) }) });
  await fill(db, "signals", { count: others, document: (index) => ({ ...historicSignal(index) }) });
  await fill(db, "workspaces", { count: others, document: (index) => ({ ...historicWorkspace(index) }) });
  await fill(db, "cleanups", { count: others, document: (index) => ({ ...historicCleanup(index) }) });
  await fill(db, "missed_deliveries", { count: others, document: (index) => ({ ...historicMiss(index) }) });
  await fill(db, "tokens", { count: others, document: (index) => ({ ...historicToken(index) }) });
  await fill(db, "sessions", { count: others, document: (index) => ({ ...historicSession(index) }) });
  await fill(db, "audit", { count: others, document: (index) => ({ ...historicChange(index) }) });
  await fill(db, "installed_repositories", {
    count: others,
    document: (index) => ({ ...historicRepository(index) }),
  });
}

const BACKLOG = 400;
const DROPPED = 20;
const OWNERS = 50;

/** Adds work that is due, and some whose processes died: the questions for work then have something to choose from. */
export async function addBacklog(db: Db, { records, deliveries, others }: HistorySize): Promise<void> {
  const work = (index: number) => ({
    dueAt: new Date(1_000 * index),
    owner: index % (BACKLOG / DROPPED) === 0 ? "dead" : null,
    epoch: 1,
    attempts: 0,
    crashed: [],
    share: `owner-${index % OWNERS}`,
    urgent: index % 2 === 0,
  });
  const due = (document: (index: number) => object) => (index: number) => ({
    ...document(index),
    work: work(index),
  });
  const pending = (document: (index: number) => object) => (index: number) => ({
    ...due(document)(index),
    status: "pending",
  });
  await fill(db, "pull_requests", { from: records, count: BACKLOG, document: due(historicRecord) });
  await fill(db, "deliveries", { from: deliveries, count: BACKLOG, document: pending(historicDelivery) });
  await fill(db, "signals", { from: others, count: BACKLOG, document: pending(historicSignal) });
}
