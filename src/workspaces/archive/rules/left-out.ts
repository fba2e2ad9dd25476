import { keyOf } from "./listing.ts";
/**
 * `archive`: it, and if it is a folder everything in it that is not decided otherwise · `pass`: only a folder on the way to
 * something that is archived · `leave_out`: a command makes it again.
 */
export type Decision = "archive" | "pass" | "leave_out";

/** All paths are relative to the workspace. */
export interface LeftOutFacts {
  /** Folders and files that a command makes again, such as `node_modules`. */
  readonly rebuildable: Iterable<Buffer>;
  /** Where repositories are, also inside such folders: nothing makes their commits again. */
  readonly repositories: Iterable<Buffer>;
  /** Files that git tracks, also inside such folders: they may have been changed. */
  readonly tracked: Iterable<Buffer>;
}

/** Decides for each path of a workspace whether it is archived. */
export function leftOut(facts: LeftOutFacts): (path: Buffer) => Decision {
  const rebuildable = new Set([...facts.rebuildable].map(keyOf));
  if (rebuildable.size === 0) return () => "archive";
  const repositories = new Set([...facts.repositories].map(keyOf));
  const needed = new Set<string>();
  const ways = new Set<string>();
  const isLeftOut = (key: string): boolean => {
    // The nearest folder around it decides.
    for (const prefix of prefixesOf(key)) {
      if (repositories.has(prefix)) return false;
      if (rebuildable.has(prefix)) return true;
    }
    return false;
  };
  const need = (key: string): void => {
    needed.add(key);
    for (const prefix of prefixesOf(key)) if (prefix !== key) ways.add(prefix);
  };
  for (const key of repositories) if (isLeftOut(parentOf(key))) need(key);
  for (const path of facts.tracked) {
    const key = keyOf(path);
    if (isLeftOut(key)) need(key);
  }
  return (path) => {
    const key = keyOf(path);
    if (needed.has(key) || !isLeftOut(key)) return "archive";
    return ways.has(key) ? "pass" : "leave_out";
  };
}

/** Bytes as text in which each is one character, because names need not be UTF-8. */

/** The path itself and each folder around it, the nearest first; not the workspace. */
function* prefixesOf(key: string): Generator<string, void> {
  for (let end = key.length; end > 0; end = key.lastIndexOf("/", end - 1)) {
    yield key.slice(0, end);
  }
}

function parentOf(key: string): string {
  return key.slice(0, Math.max(0, key.lastIndexOf("/")));
}
