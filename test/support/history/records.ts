import { Types } from "mongoose";
import { newRecord } from "../../../src/pull-requests/record/fields.ts";
import { keyOf, type PullRequestStatus, STEPS } from "../../../src/pull-requests/record/record.ts";
import { ownerKeyOf } from "../../../src/text/github-names.ts";
import { searchable } from "../../../src/pull-requests/record/search.ts";
import { completion } from "../signals.ts";
import { WRITTEN } from "../stored-record.ts";

/** The records that have not ended, however many there are in all: so only the history grows. */
export const LIVE: Readonly<Record<"open" | "queued" | "blocked" | "failed", number>> = {
  open: 40,
  queued: 10,
  blocked: 5,
  failed: 5,
};
export const REPOSITORY = "octo/hello";
/** In the branch of one record. */
export const RARE_WORD = "zebra";
/** A project with a quarter of all records. */
export const LONG_LIVED = "long-lived";

const START_MS = Date.parse("2026-01-05T09:00:00Z");
const LATER = new Date("2999-01-01T00:00:00Z");
const MINUTE_MS = 60_000;
const WORDS = ["parse", "login", "export", "cache", "retry", "index", "theme", "queue", "audit", "router"];
const live = Object.entries(LIVE).flatMap(([status, count]) =>
  Array.from({ length: count }, () => status as PullRequestStatus),
);

/** The commit of a record. */
export function headOf(index: number): string {
  return index.toString(16).padStart(40, "0");
}

/** The record with this index: the first ones are alive, the others merged and a fifth of them closed. */
export function historicRecord(index: number) {
  const status = live[index] ?? (index % 5 === 0 ? "closed" : "merged");
  const isOpened = status === "open" || status === "merged" || status === "closed";
  const at = new Date(START_MS + index * MINUTE_MS);
  const title = `Add the ${WORDS[index % 10]} of ${WORDS[Math.floor(index / 10) % 10]} ${index}`;
  const name = {
    project: index % 4 === 0 ? LONG_LIVED : `p-${index}`,
    repository: index % 20 === 19 ? `octo/other-${index % 1_000}` : REPOSITORY,
    branch: `agent/${index === 57 ? RARE_WORD : WORDS[index % 7]}-${index}`,
  };
  const number = index + 1;
  const url = `https://github.example/${name.repository}/pull/${number}`;
  const problem = {
    code: status === "queued" ? "on_hold" : "no_changes",
    reason: "It is so.",
    remedy: "Do.",
  };
  const record = {
    ...newRecord(at, { ...name, urgent: false }),
    ...name,
    _id: new Types.ObjectId(),
    key: keyOf(name),
    status,
    completion: completion(name.project, { ...name, base: "main" }).data,
    completedAt: at,
    completionKey: `key-${index}`,
    receivedAt: at,
    publishedRound: 1,
    causes: [{ key: `delivery:${deliveryId(index)}` as const, at, runs: 1, doneAt: at }],
    // A nudge counts, but no look follows it.
    notBefore: LATER,
    ...(isOpened ? { openedAt: at } : { problem, publishRefused: status !== "queued" }),
    pullRequest: isOpened
      ? { ...WRITTEN, number, url, title, titleWritten: title, headSha: headOf(index) }
      : null,
    steps: STEPS.map((step) => ({ step, status: "done", at, detail: null })),
    history: [1, 2, 3, 4, 5].map((time) => ({ at, what: "updated", because: `Update ${time} of ${title}` })),
    work: {
      dueAt: status === "open" ? LATER : null,
      owner: null,
      epoch: 3,
      attempts: 0,
      crashed: [],
      share: ownerKeyOf(name.repository),
      urgent: false,
    },
  };
  return { ...record, search: searchable(record) };
}

/** The `X-GitHub-Delivery` of the delivery with this index. */
export function deliveryId(index: number): string {
  return `delivery-${String(index).padStart(8, "0")}`;
}
