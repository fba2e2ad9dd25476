import { LRUCache } from "lru-cache";
import type { BaseFiles } from "./base-files.ts";

const ENTRIES_MAX = 5_000;
const CHARACTERS_MAX = 32 * 1024 * 1024;

/**
 * Files of commits, which never change: what is known is asked for no more, until there is no room for it. Those who
 * ask for the same at the same time get one answer. One for all installations, since there may be thousands of them
 * and what each may keep would add up.
 */
export class FileCache {
  readonly #known = new LRUCache<string, BaseFiles, () => Promise<BaseFiles>>({
    max: ENTRIES_MAX,
    maxSize: CHARACTERS_MAX,
    sizeCalculation: sizeOf,
    fetchMethod: (_key, _stale, { context: ask }) => ask(),
    // Whoever waits gets the answer, also where there was no room to keep it.
    ignoreFetchAbort: true,
  });

  /** What one installation sees of it: no answer crosses to another. */
  of(installationId: number): Pick<FileCache, "get"> {
    return { get: (key, ask) => this.get(`${installationId}/${key}`, ask) };
  }

  /** @param key names repository and commit */
  async get(key: string, ask: () => Promise<BaseFiles>): Promise<BaseFiles> {
    return this.#known.forceFetch(key, { context: ask });
  }
}

function sizeOf({ settings, labeler, gitAttributes, codeOwners, ...lists }: BaseFiles): number {
  const files = [
    settings,
    labeler,
    gitAttributes,
    codeOwners,
    ...lists.pullRequestTemplates,
    ...lists.templates.values(),
  ];
  // An entry without a single file takes room as well, and the library refuses a size of nothing.
  return files.reduce((total, file) => total + (file && "text" in file ? file.text.length : 0), 1);
}
