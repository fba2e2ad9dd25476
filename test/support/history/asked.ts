import { glob } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { CommandStartedEvent, Document, MongoClient } from "mongodb";
import { ROOT } from "../repository-files.ts";

/** A question or a write of the bot, as the driver sent it, with one filter only. */
export interface Asked {
  readonly collection: string;
  readonly command: Document;
}

const NAMES = new Set(["find", "aggregate", "count", "distinct", "update", "delete", "findAndModify"]);
/** What belongs to the connection, the session or the answer, and not to the question. */
const AROUND = new Set([
  "lsid",
  "$db",
  "$clusterTime",
  "$readPreference",
  "txnNumber",
  "autocommit",
  "startTransaction",
  "readConcern",
  "writeConcern",
  "maxTimeMS",
  "ordered",
  "bypassDocumentValidation",
  "batchSize",
  "new",
]);

/**
 * Collects what clients ask from now on, each kind of question a few times.
 *
 * @param clients made with `monitorCommands`
 * @returns takes what was collected since it was last called
 */
export function collectAsked(...clients: readonly MongoClient[]): () => Asked[] {
  let asked = new Map<string, Asked[]>();
  const note = ({ commandName, command }: CommandStartedEvent) => {
    const collection: unknown = command[commandName];
    // A question about the whole database, such as the change feed, has no collection.
    if (!NAMES.has(commandName) || typeof collection !== "string") return;
    for (const one of apart(
      Object.fromEntries(Object.entries(command).filter(([key]) => !AROUND.has(key))),
    )) {
      const kind = JSON.stringify(shapeOf(one));
      const known = asked.get(kind) ?? [];
      if (known.length < SAME_KIND_MAX) asked.set(kind, [...known, { collection, command: one }]);
    }
  };
  for (const client of clients) client.on("commandStarted", note);
  return () => {
    const taken = [...asked.values()].flat();
    asked = new Map();
    return taken;
  };
}

const SAME_KIND_MAX = 3;

/** MongoDB explains one update or one deletion of a command. */
function apart(command: Document): Document[] {
  for (const list of ["updates", "deletes"]) {
    const each: unknown = command[list];
    if (Array.isArray(each)) return each.map((one: unknown) => Object.assign({}, command, { [list]: [one] }));
  }
  return [command];
}

/** The same for two questions that differ in their values only. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value))
    return value.length === 0 ? [] : [...new Set(value.map((one) => JSON.stringify(shapeOf(one))))];
  if (value === null || typeof value !== "object")
    return typeof value === "string" && value.startsWith("$") ? value : typeof value;
  if (Object.getPrototypeOf(value) !== Object.prototype) return value.constructor.name;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, shapeOf(one)]));
}

/** Notes which functions of stores are called, of every store that there is, until disposed of. */
export interface WatchedStores extends Disposable {
  /** Those that were not called, as `Store.function`. */
  uncalled(): string[];
}

export async function watchStores(): Promise<WatchedStores> {
  const called = new Set<string>();
  const all: string[] = [];
  const restored: (() => void)[] = [];
  for await (const file of glob("src/**/*{store,leased-work,count-by-status}.ts", { cwd: ROOT })) {
    const module = (await import(pathToFileURL(join(ROOT, file)).href)) as Record<string, unknown>;
    for (const store of Object.values(module).filter(isClass)) {
      const functions = store.prototype as Record<string, unknown>;
      for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(functions))) {
        if (typeof value !== "function" || name === "constructor") continue;
        const original = value as (...given: unknown[]) => unknown;
        const title = `${store.name}.${name}`;
        all.push(title);
        functions[name] = function watched(this: unknown, ...given: unknown[]) {
          called.add(title);
          return original.apply(this, given);
        };
        restored.push(() => void (functions[name] = original));
      }
    }
  }
  return {
    uncalled: () => all.filter((name) => !called.has(name)),
    [Symbol.dispose]: () => {
      for (const restore of restored) restore();
    },
  };
}

function isClass(value: unknown): value is { readonly name: string; readonly prototype: object } {
  return typeof value === "function" && /^class\b/.test(Function.prototype.toString.call(value));
}
