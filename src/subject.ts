import type { Job } from "./agenda/clock.ts";
import type { DeliveryHandler } from "./deliveries/delivery.ts";
import type { HttpServer } from "./http/http-server.ts";
import type { Problems } from "./http/problem.ts";
import type { Migration } from "./mongo/migrate.ts";
import type { SignalHandler } from "./signals/signal-work.ts";
import type { Loop } from "./work/loop.ts";

/**
 * What a subject hands over to be run, each part only if it has it. `app.ts` collects the subjects, `handlers/register.ts`
 * runs what they hand over. A store needs no mention: one that is opened on the database is prepared with it.
 */
export interface Subject {
  /** Changes of what is stored, the oldest first; each stays for ever. */
  readonly migrations?: readonly Migration[];
  /** Work that each process with the role `worker` does all the time. */
  readonly loops?: readonly WorkLoop[];
  /** What recurs, each on one process at a time. */
  readonly jobs?: readonly Job[];
  /** Bound to the HTTP server of each process with the role `web`. */
  readonly routes?: readonly ((server: HttpServer) => void)[];
  /** By the name of GitHub's event; an event has one handler. */
  readonly webhooks?: ReadonlyMap<string, DeliveryHandler>;
  /** What a stored signal sets in motion, in one transaction with what other subjects do about it. */
  readonly onSignal?: SignalHandler;
  /** The codes with which its routes refuse. */
  readonly problems?: Problems;
  /** Brings its gauges up to date before metrics are read. */
  readonly count?: () => Promise<void>;
  /** Called once its loops have ended. */
  readonly stop?: () => Promise<void>;
  /** Called directly before a process ends that could not wait for its work: that work has not crashed it. */
  readonly recordCleanStop?: () => Promise<void>;
}

export interface WorkLoop {
  readonly loop: Loop;
  /** Collections in which an insert by any process, or a change of these fields, means that there is work. */
  readonly wokenBy?: readonly { readonly collection: string; readonly orChanged?: readonly string[] }[];
}

/** A door of `handlers/http/`: binds routes that use what a subject offers to doors. */
export type Door<Parts> = (server: HttpServer, parts: Parts) => void;

/** The doors of a subject, as it hands them over. */
export function bindDoors<Parts>(
  doors: readonly Door<Parts>[],
  parts: Parts,
): NonNullable<Subject["routes"]> {
  return doors.map((door) => (server) => door(server, parts));
}

/** @throws Error if two subjects handle one event */
export function webhooksOf(subjects: readonly Subject[]): ReadonlyMap<string, DeliveryHandler> {
  return joined(
    "webhook",
    subjects.flatMap(({ webhooks = new Map<string, DeliveryHandler>() }) => [...webhooks]),
  );
}

/** @throws Error if two subjects have one code */
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
