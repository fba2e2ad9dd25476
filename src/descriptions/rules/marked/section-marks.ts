const MARKER = /<!-- orb:([a-z-]+):(start|end) -->/g;

/** A section that was found in a description. */
export interface FoundSection {
  readonly name: string;
  /** Where its start marker begins, and where its end marker ends. */
  readonly from: number;
  readonly to: number;
  /** Where the text between the markers begins and ends. */
  readonly contentFrom: number;
  readonly contentTo: number;
}

/** Intact sections by their place: each marker exists once, and the end marker is the next one after the start. */
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

/** Names of all sections with any marker, damaged sections included. */
export function markedNames(description: string): ReadonlySet<string> {
  return new Set([...description.matchAll(MARKER)].map(([, name = ""]) => name));
}
