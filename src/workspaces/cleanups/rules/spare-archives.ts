import type { SpareArchive } from "../cleanup.ts";

/**
 * A name that no archive of this clean-up has had, so that a process that removes an old one never meets a new one of its name.
 *
 * @param base that of the first one of an attempt
 */
export function nextName(base: string, known: readonly SpareArchive[]): string {
  const names = new Set(known.map(({ name }) => name));
  let name = base;
  for (let number = 2; names.has(name); number++) name = `${base}-${number}`;
  return name;
}

/** What happens to the archives that attempts of a clean-up began, once one of them is to be used. */
export interface Replaced {
  /** They are outdated: all of the work is in the workspace, and in the one that is used. */
  readonly outdated: readonly string[];
  readonly spares: readonly SpareArchive[];
}

/**
 * Only what is older than the archive that is used is replaced by it, and no later attempt uses that again: so a process that lost its
 * lease and goes on here can't remove what another one relies on.
 *
 * @param known all of them, the oldest first; that of this attempt is the last
 * @param used the name of the one that is used. A name that is not known is one of this attempt too
 */
export function replacedBy(used: string, known: readonly SpareArchive[]): Replaced {
  const place = known.findIndex(({ name }) => name === used);
  const [older, kept] =
    place === -1 ? [known, renamed(used, known)] : [known.slice(0, place), known.slice(place)];
  return { outdated: older.map(({ name }) => name), spares: kept };
}

function renamed(used: string, known: readonly SpareArchive[]): readonly SpareArchive[] {
  return known.slice(-1).map(({ print }) => ({ name: used, print }));
}
