import { LRUCache } from "lru-cache";

/** How long an instance relies on what it has read: what is revoked or ended is refused everywhere within a second. */
const READ_AGAIN_MS = 700;
const REMEMBERED_MAX = 10_000;
/** How often it is stored that something is used. */
const USE_EVERY_MS = 60_000;
/** What was read so long ago is read again with another one: so many callers together cost a few queries a second. */
const READ_WITH_OTHERS_MS = READ_AGAIN_MS / 2;
const READ_TOGETHER_MAX = 200;
/** What nobody has asked about for so long is not read with others. */
const UNUSED_MS_MAX = 5_000;

interface Source<Stored> {
  /** Those of these ids that there are, in no order. */
  readonly findAll: (ids: readonly string[]) => Promise<readonly Stored[]>;
  readonly noteUse: (id: string, at: Date) => Promise<void>;
  /** Called if it can't be stored that something is used. */
  readonly onError: (error: unknown) => void;
}

interface Entry<Stored> {
  /** `null`: there is none. */
  readonly stored: Stored | null;
}

/** When something that exists was read, and asked about, by a clock that nobody sets. */
interface Times {
  readonly readMs: number;
  usedMs: number;
}

/** One query. What is forgotten while it runs is taken out of it. */
interface Reading<Stored> {
  /** Each with the time when it was last asked about. */
  readonly ids: Map<string, number>;
  readonly found: Promise<ReadonlyMap<string, Stored>>;
  readonly beginMs: number;
}

/** The short memory of an instance for stored tokens or sessions: every request asks about one. */
export class Remembered<Stored extends { readonly _id: string }> {
  readonly #source: Source<Stored>;
  /** One that does not exist is remembered as well. */
  readonly #read = new LRUCache<string, Entry<Stored>>({ max: REMEMBERED_MAX, ttl: READ_AGAIN_MS });
  /** Of what exists, in the order in which it was read. */
  readonly #times = new Map<string, Times>();
  /** The query that reads each of those that are being read: once, however many requests wait. */
  readonly #underWay = new Map<string, Reading<Stored>>();
  readonly #readings = new Set<Reading<Stored>>();
  /** When the use of each was last stored, in milliseconds. */
  readonly #noted = new LRUCache<string, number>({ max: REMEMBERED_MAX });

  constructor(source: Source<Stored>) {
    this.#source = source;
  }

  /** @throws if MongoDB can't be asked; that is never an unknown id */
  async find(id: string): Promise<Stored | null> {
    const known = this.#read.get(id);
    if (known) {
      const times = this.#times.get(id);
      if (times) times.usedMs = performance.now();
      return known.stored;
    }
    const reading = this.#readingOf(id) ?? this.#readWithOthers(id);
    reading.ids.set(id, performance.now());
    return (await reading.found).get(id) ?? null;
  }

  /** Lets this instance read it again at once. */
  forget(id: string): void {
    this.#read.delete(id);
    this.#times.delete(id);
    this.#underWay.delete(id);
    for (const { ids } of this.#readings) ids.delete(id);
  }

  /** Stores that it is used, if that was not stored lately. Nobody waits for it. */
  noteUse(id: string, now: Date): void {
    if (now.getTime() - (this.#noted.get(id) ?? 0) < USE_EVERY_MS) return;
    this.#noted.set(id, now.getTime());
    const { noteUse, onError } = this.#source;
    noteUse(id, now).catch(onError);
  }

  /** The query that reads it already, unless that takes so long that what it finds is no longer to be relied on. */
  #readingOf(id: string): Reading<Stored> | null {
    const reading = this.#underWay.get(id);
    return reading && performance.now() - reading.beginMs < READ_AGAIN_MS ? reading : null;
  }

  #readWithOthers(id: string): Reading<Stored> {
    const beginMs = performance.now();
    const ids = this.#othersToRead(beginMs).set(id, beginMs);
    const asked = this.#source.findAll([...ids.keys()]);
    const found = asked.then((all) => new Map(all.map((one) => [one._id, one])));
    const reading = { ids, found, beginMs };
    for (const each of ids.keys()) this.#underWay.set(each, reading);
    this.#readings.add(reading);
    const end = () => {
      this.#readings.delete(reading);
      for (const each of ids.keys()) if (this.#underWay.get(each) === reading) this.#underWay.delete(each);
    };
    found.then((known) => {
      this.#remember(ids, known, beginMs);
      return end();
    }, end);
    return reading;
  }

  /** Those that were read long ago, and asked about since. They leave the list until they are read. */
  #othersToRead(nowMs: number): Map<string, number> {
    const others = new Map<string, number>();
    for (const [id, { readMs, usedMs }] of this.#times) {
      if (nowMs - readMs < READ_WITH_OTHERS_MS || others.size >= READ_TOGETHER_MAX) break;
      this.#times.delete(id);
      if (nowMs - usedMs < UNUSED_MS_MAX) others.set(id, usedMs);
    }
    return others;
  }

  /** It counts from before the query, so that nothing is relied on for longer than promised. */
  #remember(ids: ReadonlyMap<string, number>, found: ReadonlyMap<string, Stored>, readMs: number): void {
    for (const [id, usedMs] of ids) {
      const stored = found.get(id) ?? null;
      this.#read.set(id, { stored }, { start: readMs });
      this.#times.delete(id);
      if (stored !== null) this.#times.set(id, { readMs, usedMs });
    }
  }
}
