import type { Identity, Tombstone } from "../../record/tombstone.ts";

interface Entry {
  readonly name: Buffer;
  readonly found: Identity;
}

/** What is in the trash, by what is known about it. */
export interface Matched<Found extends Entry> {
  /** Their removal was under way; each can be finished. */
  readonly known: readonly { readonly entry: Found; readonly tombstone: Tombstone }[];
  /** Nothing says that they may go: they are reported and stay. */
  readonly unknown: readonly Found[];
}

/**
 * Finds the tombstone of each entry of the trash, after a crash for example. Name and identity must agree: what has only the name
 * was put there by somebody else.
 */
export function matchTrash<Found extends Entry>(
  entries: readonly Found[],
  tombstones: readonly Tombstone[],
): Matched<Found> {
  const byName = new Map(tombstones.map((tombstone) => [tombstone.trashName, tombstone]));
  const known: { entry: Found; tombstone: Tombstone }[] = [];
  const unknown: Found[] = [];
  for (const entry of entries) {
    const tombstone = byName.get(entry.name.toString("latin1"));
    const isSame = tombstone?.folder.dev === entry.found.dev && tombstone.folder.ino === entry.found.ino;
    if (tombstone && isSame) known.push({ entry, tombstone });
    else unknown.push(entry);
  }
  return { known, unknown };
}
