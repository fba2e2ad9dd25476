const MARKER = /<!-- orb:([a-z-]+):(start|end) -->/g;

/** A section of a description as it stands there. */
export interface FoundSection {
  readonly name: string;
  /** Of the first character of its start marker, and behind the last of its end marker. */
  readonly from: number;
  readonly to: number;
  /** Where what stands between the markers begins and ends. */
  readonly contentFrom: number;
  readonly contentTo: number;
}

/** Sections of which each marker is there once, the end right after the start, by their place. */
export function findSections(description: string): FoundSection[] {
  const markers = [...description.matchAll(MARKER)];
  const times = new Map<string, number>();
  for (const [marker] of markers) times.set(marker, (times.get(marker) ?? 0) + 1);
  return markers.flatMap((start, index) => {
    const end = markers[index + 1];
    const [, name = "", side] = start;
    if (!end || side !== "start" || end[2] !== "end" || end[1] !== name) return [];
    if (times.get(start[0]) !== 1 || times.get(end[0]) !== 1) return [];
    const contentFrom = start.index + start[0].length;
    return [{ name, from: start.index, to: end.index + end[0].length, contentFrom, contentTo: end.index }];
  });
}

/** Names of which any marker is there, also of sections that are damaged. */
export function markedNames(description: string): ReadonlySet<string> {
  return new Set([...description.matchAll(MARKER)].map(([, name = ""]) => name));
}
