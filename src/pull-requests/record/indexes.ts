import type { Schema } from "mongoose";
import { IGNORING_CASE } from "../../mongo/database.ts";
import { LIVE_STATUSES, type PullRequestRecord } from "./record.ts";
import { QUARANTINED } from "./rules/quarantine.ts";

/**
 * Declares the indexes of all questions about records but those of claims. What has ended grows without end, so an event reads
 * only entries of records that it concerns.
 */
export function declareIndexes(schema: Schema<PullRequestRecord>): void {
  // Lists and counts; the names are as somebody typed them.
  schema.index({ status: 1, _id: -1 });
  schema.index({ repository: 1, status: 1, _id: -1 });
  schema.index({ project: 1, status: 1, _id: -1 });
  schema.index({ project: 1, repository: 1, status: 1, _id: -1 });
  schema.index({ search: 1, _id: -1 });

  // What may go.
  schema.index({ status: 1, updatedAt: 1, _id: 1 });
  schema.index({ status: 1, receivedAt: 1, _id: 1 });

  // Events and requests; the names are GitHub's.
  const named = { collation: IGNORING_CASE };
  schema.index({ repository: 1, branch: 1, status: 1 }, named);
  schema.index({ repository: 1, "pullRequest.headSha": 1, status: 1 }, named);
  schema.index({ repository: 1, "pullRequest.number": 1 }, named);
  schema.index({ repository: 1, _id: 1 }, named);

  const live = { ...named, partialFilterExpression: { status: { $in: [...LIVE_STATUSES] } } };
  schema.index({ repository: 1, "pullRequest.base": 1 }, { ...live, name: "live_by_base" });
  schema.index({ repository: 1, status: 1, _id: 1 }, { ...live, name: "queue" });
  schema.index({ repository: 1, _id: 1 }, { ...live, name: "live_by_repository" });

  // What blocks a record may have ended, or is about to block it.
  const blocked = { partialFilterExpression: { "problem.code": { $exists: true } } };
  schema.index({ repository: 1, "problem.code": 1, "completion.base": 1 }, { ...named, ...blocked });
  const beingOpened = { partialFilterExpression: { openedAt: null, "work.owner": { $type: "string" } } };
  schema.index({ repository: 1, openedAt: 1 }, { ...named, ...beingOpened });

  const quarantined = { partialFilterExpression: { "problem.code": QUARANTINED } };
  schema.index({ "problem.code": 1 }, { name: "quarantined", ...quarantined });

  // What a delivery or a signal led to.
  const caused = { partialFilterExpression: { "causes.key": { $exists: true } } };
  schema.index({ "causes.key": 1 }, caused);

  // Wishes that nobody has taken over yet.
  const waiting = { partialFilterExpression: { "cleanupAsked.taken": false } };
  schema.index({ "cleanupAsked.taken": 1 }, waiting);

  // Open records that have lost the time of their next look.
  schema.index({ "work.dueAt": 1 }, { name: "forgotten", partialFilterExpression: { status: "open" } });
}
