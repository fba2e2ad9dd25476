import { LRUCache } from "lru-cache";

/** How long an instance relies on what it has read: what is revoked or ended is refused everywhere within a second. */
const READ_AGAIN_MS = 700;
const REMEMBERED_MAX = 10_000;
/** How often it is stored that something is used. */
const USE_EVERY_MS = 60_000;

interface Source<Stored> {
  readonly find: (id: string) => Promise<Stored | null>;
  readonly noteUse: (id: string, at: Date) => Promise<void>;
  /** Called if it can't be stored that something is used. */
  readonly onError: (error: unknown) => void;
}

interface Entry<Stored> {
  /** `null`: there is none. */
  readonly stored: Stored | null;
}

/** The short memory of an instance for stored tokens or sessions: every request asks about one. */
export class Remembered<Stored> {
  readonly #source: Source<Stored>;
  /** Reads each once, however many requests wait for it. One that does not exist is remembered as well. */
  readonly #read: LRUCache<string, Entry<Stored>>;
  /** When the use of each was last stored, in milliseconds. */
  readonly #noted = new LRUCache<string, number>({ max: REMEMBERED_MAX });

  constructor(source: Source<Stored>) {
    this.#source = source;
    this.#read = new LRUCache<string, Entry<Stored>>({
      max: REMEMBERED_MAX,
      ttl: READ_AGAIN_MS,
      fetchMethod: async (id): Promise<Entry<Stored>> => ({ stored: await source.find(id) }),
    });
  }

  /** @throws if MongoDB can't be asked; that is never an unknown id */
  async find(id: string): Promise<Stored | null> {
    return (await this.#read.forceFetch(id)).stored;
  }

  /** Lets this instance read it again at once. */
  forget(id: string): void {
    this.#read.delete(id);
  }

  /** Stores that it is used, if that was not stored lately. Nobody waits for it. */
  noteUse(id: string, now: Date): void {
    if (now.getTime() - (this.#noted.get(id) ?? 0) < USE_EVERY_MS) return;
    this.#noted.set(id, now.getTime());
    const { noteUse, onError } = this.#source;
    noteUse(id, now).catch(onError);
  }
}
