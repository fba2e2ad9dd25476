import type { App } from "../../src/app.ts";
import { newRecord } from "../../src/pull-requests/record/fields.ts";
import { keyOf, type WrittenPullRequest } from "../../src/pull-requests/record/record.ts";
import { searchable } from "../../src/pull-requests/record/search.ts";
import { NO_LABELLING } from "../../src/pull-requests/record/rules/labelling.ts";
import type { StoredPullRequest } from "../../src/pull-requests/record/store.ts";
import { completion } from "./signals.ts";

const AT = new Date("2026-01-05T09:00:00Z");
export const HEAD_SHA = "8f14e45fceea167a5a36dedd4bea2543c0ffee00";

/** The facts that a record has about its pull request, `octo/hello#7`. */
export const WRITTEN: WrittenPullRequest = {
  number: 7,
  nodeId: "PR_7",
  url: "https://github.example/octo/hello/pull/7",
  title: "Greet",
  titleWritten: "Greet",
  base: "main",
  draft: false,
  draftByBot: false,
  labels: [],
  labelling: NO_LABELLING,
  reviewersAsked: [],
  checkRun: null,
  headSha: HEAD_SHA,
  adopted: false,
};

/** Stores the record of an open pull request with nothing due; by default of `octo/hello#7`. */
export async function storeRecord(
  { pullRequestStore }: Pick<App, "pullRequestStore">,
  project: string,
  {
    pullRequest = {},
    ...more
  }: Record<string, unknown> & { pullRequest?: Record<string, unknown> | null } = {},
): Promise<void> {
  const name = { project, repository: "octo/hello", branch: `agent/${project}` };
  const record = {
    ...newRecord(AT, { ...name, urgent: false }),
    ...name,
    key: keyOf({ ...name, ...more }),
    status: "open",
    completion: completion(project, name).data,
    completedAt: AT,
    completionKey: "key",
    receivedAt: AT,
    publishedRound: 1,
    pullRequest: pullRequest && { ...WRITTEN, ...pullRequest },
    openedAt: AT,
    work: { dueAt: null, owner: null, epoch: 0, attempts: 0, share: "octo", urgent: false },
    ...more,
  };
  await pullRequestStore.model.collection.insertOne({ ...record, search: searchable(record) });
}

export async function storedRecord(
  { pullRequestStore }: Pick<App, "pullRequestStore">,
  project: string,
): Promise<StoredPullRequest> {
  const [record] = await pullRequestStore.ofProject(project);
  if (!record) throw new Error(`No record of ${project}`);
  return record;
}
