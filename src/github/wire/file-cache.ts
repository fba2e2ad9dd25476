import { LRUCache } from "lru-cache";

const ENTRIES_MAX = 5_000;
const CHARACTERS_MAX = 32 * 1024 * 1024;

/**
 * Caches files of commits. They never change, so an answer stays until there is no room for it. Concurrent requests for
 * the same files share one answer. One cache serves all installations: there may be thousands of them, and a limit
 * for each would add up.
 */
export class FileCache {
  readonly #known = new LRUCache<string, Kept, () => Promise<Kept>>({
    max: ENTRIES_MAX,
    maxSize: CHARACTERS_MAX,
    // An entry without any characters takes room too, and the library refuses the size 0.
    sizeCalculation: ({ characters }) => characters + 1,
    fetchMethod: (_key, _stale, { context: ask }) => ask(),
    // All waiting callers get the answer, even if there was no room to keep it.
    ignoreFetchAbort: true,
  });

  /** One installation's part of the cache: no answer crosses to another. */
  of(installationId: number): Pick<FileCache, "get"> {
    return { get: (key, ask, charactersOf) => this.get(`${installationId}/${key}`, ask, charactersOf) };
  }

  /**
   * @param key names the repository, the commit and the question: one key always has the same type of answer
   * @param charactersOf the size of an answer
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
