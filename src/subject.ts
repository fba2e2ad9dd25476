import type { Job } from "./agenda/clock.ts";
import type { DeliveryHandler } from "./deliveries/delivery.ts";
import type { HealthCheck } from "./health/check.ts";
import type { HttpServer } from "./http/http-server.ts";
import type { Problems } from "./http/problem.ts";
import type { Migration } from "./mongo/migrate.ts";
import type { SignalHandler } from "./signals/signal-work.ts";
import type { Loop } from "./work/loop.ts";

/**
 * Everything that a subject wants to have run; every part is optional. `app.ts` collects the subjects and
 * `handlers/register.ts` runs their parts. Stores are not listed: a store that is opened on the database gets its indexes.
 */
export interface Subject {
  /** Changes to stored data, the oldest first. None is ever removed. */
  readonly migrations?: readonly Migration[];
  /** Work that every process with the role `worker` looks for all the time. */
  readonly loops?: readonly WorkLoop[];
  /** Recurring jobs; one process at a time runs each. */
  readonly jobs?: readonly Job[];
  /** Bound to the HTTP server of each process with the role `web`. */
  readonly routes?: readonly ((server: HttpServer) => void)[];
  /** By the name of GitHub's event; an event has one handler. */
  readonly webhooks?: ReadonlyMap<string, DeliveryHandler>;
  /** Acts on a stored signal, in one transaction with the other subjects. */
  readonly onSignal?: SignalHandler;
  /** The error codes of its routes. */
  readonly problems?: Problems;
  /**
   * Called in every process when any process inserts into a collection, or changes one of these fields, and when news of that may
   * have been lost.
   */
  readonly hears?: readonly {
    readonly collection: string;
    readonly orChanged?: readonly string[];
    readonly listener: () => void;
  }[];
  /** What an operator must know about it, asked in the background by every process that answers HTTP. */
  readonly health?: readonly HealthCheck[];
  /** Brings its gauges up to date when metrics are read. */
  readonly count?: () => Promise<void>;
  /** Called after its loops have ended. */
  readonly stop?: () => Promise<void>;
}

export interface WorkLoop {
  readonly loop: Loop;
  /** An insert into one of these collections, or a change of these fields, by any process, wakes the loop. */
  readonly wokenBy?: readonly { readonly collection: string; readonly orChanged?: readonly string[] }[];
}

/** A file of `handlers/http/`: adds routes to the server, which use these parts of a subject. */
export type Door<Parts> = (server: HttpServer, parts: Parts) => void;

/** Gives the doors the parts that they use. */
export function bindDoors<Parts>(
  doors: readonly Door<Parts>[],
  parts: Parts,
): NonNullable<Subject["routes"]> {
  return doors.map((door) => (server) => door(server, parts));
}

/** @throws Error if two subjects handle the same event */
export function webhooksOf(subjects: readonly Subject[]): ReadonlyMap<string, DeliveryHandler> {
  return joined(
    "webhook",
    subjects.flatMap(({ webhooks = new Map<string, DeliveryHandler>() }) => [...webhooks]),
  );
}

/** @throws Error if two subjects, or a subject and the server, use the same code */
export function problemsOf(subjects: readonly Subject[], ofServer: Problems): Problems {
  const problems = [ofServer, ...subjects.map(({ problems = {} }) => problems)];
  return Object.fromEntries(
    joined(
      "problem",
      problems.flatMap((each) => Object.entries(each)),
    ),
  );
}

/** In the order of the subjects. */
export function signalHandlersOf(subjects: readonly Subject[]): SignalHandler[] {
  return subjects.flatMap(({ onSignal }) => onSignal ?? []);
}

function joined<T>(what: string, entries: readonly (readonly [string, T])[]): Map<string, T> {
  const all = new Map<string, T>();
  for (const [name, value] of entries) {
    if (all.has(name)) throw new Error(`Two subjects have the ${what} ${name}`);
    all.set(name, value);
  }
  return all;
}
