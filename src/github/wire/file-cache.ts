import { LRUCache } from "lru-cache";

const ENTRIES_MAX = 5_000;
const CHARACTERS_MAX = 32 * 1024 * 1024;

/**
 * Files of commits, which never change: what is known is asked for no more, until there is no room for it. Those who
 * ask for the same at the same time get one answer. One for all installations, since there may be thousands of them
 * and what each may keep would add up.
 */
export class FileCache {
  readonly #known = new LRUCache<string, Kept, () => Promise<Kept>>({
    max: ENTRIES_MAX,
    maxSize: CHARACTERS_MAX,
    // An entry without a single character takes room as well, and the library refuses a size of nothing.
    sizeCalculation: ({ characters }) => characters + 1,
    fetchMethod: (_key, _stale, { context: ask }) => ask(),
    // All who wait get the answer, even if there was no room to keep it.
    ignoreFetchAbort: true,
  });

  /** What one installation sees of it: no answer crosses to another. */
  of(installationId: number): Pick<FileCache, "get"> {
    return { get: (key, ask, charactersOf) => this.get(`${installationId}/${key}`, ask, charactersOf) };
  }

  /**
   * @param key names repository, commit and what is asked of it: one key, one type of answer
   * @param charactersOf how much room an answer takes
   */
  async get<T>(key: string, ask: () => Promise<T>, charactersOf: (answer: T) => number): Promise<T> {
    const { answer } = await this.#known.forceFetch(key, {
      context: async () => {
        const fetched = await ask();
        return { answer: fetched, characters: charactersOf(fetched) };
      },
    });
    return answer as T;
  }
}

interface Kept {
  readonly answer: unknown;
  readonly characters: number;
}
