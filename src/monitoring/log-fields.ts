import { AsyncLocalStorage } from "node:async_hooks";

/**
 * What the work at hand is about. A line of the log has those of the work that it is written in, and so has what is reported to
 * Sentry, of which `rules/tags.ts` names its part.
 */
export interface LogFields {
  readonly requestId?: string;
  readonly deliveryId?: string;
  readonly signalId?: string;
  readonly project?: string | null;
  readonly repository?: string | null;
  readonly pullRequestId?: string;
  readonly cleanupId?: string;
  readonly restoreId?: string;
  /** Of a signal. */
  readonly type?: string;
  /** Of a delivery. */
  readonly event?: string;
  readonly installation?: number | string | null;
  readonly userId?: string | null;
  readonly agent?: string | null;
  readonly host?: string | null;
}

const storage = new AsyncLocalStorage<LogFields>();

/**
 * Does some work so that every line of the log that is written meanwhile has these fields, also by adapters that do not know
 * for whom they work, such as the client of GitHub. A line's own fields win.
 */
export function withLogFields<T>(fields: LogFields, work: () => T): T {
  return storage.run({ ...storage.getStore(), ...fields }, work);
}

/** Those of the present work. */
export function currentLogFields(): LogFields {
  // A copy: the logger adds the line's own fields to it.
  return { ...storage.getStore() };
}
