import type { TimePlace } from "../mongo/older-than.ts";
import { readCursor } from "./page.ts";

const FORM = /^(?<at>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) (?<id>\S+)$/;

/**
 * Reads the cursor of a list that is ordered by time; `null` for its first page.
 *
 * @throws OrbError `bad_request`
 */
export function readTimeCursor(
  cursor: string | undefined,
  isId: (id: string) => boolean = () => true,
): TimePlace | null {
  const read = readCursor(cursor, (text) => {
    const place = placeIn(text);
    return place !== null && isId(place.id);
  });
  return read === null ? null : placeIn(read);
}

/** The place of an item, for `toPage`. */
export function timePlace(at: Date, id: unknown): string {
  return `${at.toISOString()} ${String(id)}`;
}

function placeIn(text: string): TimePlace | null {
  const { at, id } = FORM.exec(text)?.groups ?? {};
  if (at === undefined || id === undefined || Number.isNaN(Date.parse(at))) return null;
  return { at: new Date(at), id };
}
