import { hash } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { Counted } from "./rules/counted.ts";

/** To hash an id takes as long as a tenth of a decision, and the same callers come again. */
const KEYS_MAX = 10_000;

const known = { user: keys(), address: keys(), network: keys() } as const;

/**
 * The part of a key that names a subject. The id is hashed: whatever it contains, two subjects never share a key, a key has a
 * fixed length, and Redis stores neither users nor addresses.
 */
export function subjectKey({ kind, id }: Counted): string {
  const before = known[kind].get(id);
  if (before !== undefined) return before;
  const key = `${kind}:${hash("sha256", id, "base64url")}`;
  known[kind].set(id, key);
  return key;
}

function keys(): LRUCache<string, string> {
  return new LRUCache({ max: KEYS_MAX });
}
