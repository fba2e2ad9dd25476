import { LRUCache } from "lru-cache";
import type { BaseFiles } from "./base-files.ts";

const ENTRIES_MAX = 500;
const CHARACTERS_MAX = 16 * 1024 * 1024;

/**
 * Files of commits, which never change: what is known is asked for no more, until there is no room for it. Those who
 * ask for the same at the same time get one answer. One per installation, so no answer crosses to another.
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
