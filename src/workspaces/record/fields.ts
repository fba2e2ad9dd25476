import type { StoredWorkspace } from "./workspace.ts";

/** Any value. TypeScript checks it where it is written. */
const MIXED = Object;
const LIST = { type: [MIXED as never], required: true } as const;
/** How MongoDB stores each field of a record. What a new one holds is said by `newWorkspace`. */
export const FIELDS = {
  _id: { type: String, required: true },
  host: { type: String, required: true },
  path: { type: String, required: true },
  generation: { type: Number, required: true },
  status: { type: String, required: true },
  noticedBy: { type: String, required: true },
  projects: { type: [String], required: true },
  projectsDropped: { type: Number, required: true },
  repository: { type: String, default: null },
  repositoryAt: { type: Date, default: null },
  createdAt: { type: Date, required: true },
  baseline: { type: MIXED, default: null },
  folder: { type: MIXED, default: null },
  seenAt: { type: Date, default: null },
  lastActiveAt: { type: Date, required: true },
  lastActiveBy: { type: String, required: true },
  lastSignalAt: { type: Date, default: null },
  leases: LIST,
  size: { type: MIXED, default: null },
  measuredAt: { type: Date, required: true },
  readAgainAt: { type: Date, required: true },
  borrowing: { type: MIXED, default: null },
  kept: LIST,
  isKept: { type: Boolean, required: true },
  dueAt: { type: Date, default: null },
  because: { type: String, default: null },
  asked: { type: MIXED, default: null },
  fenceUntil: { type: Date, default: null },
  goneAt: { type: Date, default: null },
  removedAt: { type: Date, default: null },
  updatedAt: { type: Date, required: true },
  revision: { type: Number, required: true },
} as const satisfies Record<keyof StoredWorkspace | "borrowing", unknown>;
