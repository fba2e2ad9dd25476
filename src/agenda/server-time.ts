import type { Database } from "../mongo/database.ts";

type Db = Database["native"];

/** Where we keep times of our own, which Agenda hands on as they are. */
const OURS = "data";

/**
 * A database for Agenda, which takes every time from its machine's date. Whatever it writes or asks for is set by the
 * difference to our clock, and what it reads is set back: so the stored times are those of one clock, and Agenda never notices
 * that its own is wrong.
 */
export function inServerTime(db: Db, now: () => Date): Db {
  const aheadMs = () => now().getTime() - Date.now();
  return wrapped(db, (value, key) => {
    if (key !== "collection" || typeof value !== "function") return value;
    return (...named: unknown[]) =>
      wrapped(value.apply(db, named) as object, (method, _key, collection) => {
        if (typeof method !== "function") return method;
        return (...given: unknown[]) => {
          const answer: unknown = method.apply(
            collection,
            given.map((each) => shifted(each, aheadMs())),
          );
          return answer instanceof Promise ? answer.then((each) => shifted(each, -aheadMs())) : answer;
        };
      });
  });
}

function wrapped<T extends object>(
  target: T,
  replace: (value: unknown, key: string | symbol, target: T) => unknown,
): T {
  return new Proxy(target, { get: (_target, key) => replace(Reflect.get(target, key), key, target) });
}

function shifted(value: unknown, byMs: number): unknown {
  if (value instanceof Date) return new Date(value.getTime() + byMs);
  if (Array.isArray(value)) return value.map((each) => shifted(each, byMs));
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) {
    return value;
  }
  const entries = Object.entries(value);
  return Object.fromEntries(entries.map(([key, each]) => [key, key === OURS ? each : shifted(each, byMs)]));
}
