import { z } from "zod";
import { OrbError } from "../errors.ts";

const ITEMS_DEFAULT = 20;
const ITEMS_MAX = 100;

/** The query of every list. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(ITEMS_MAX).default(ITEMS_DEFAULT),
  cursor: z.string().max(512).optional(),
};

/** A cursor holds the id of the last item in a form that invites nobody to make one up. */
export function readCursor(cursor: string | undefined, isId: (id: string) => boolean): string | null {
  if (cursor === undefined) return null;
  const id = Buffer.from(cursor, "base64url").toString("utf8");
  if (isId(id)) return id;
  throw new OrbError({
    code: "bad_request",
    reason: "The cursor is not one that this list gave.",
    remedy: "Take nextCursor of the previous page as it is, or leave it out to begin anew.",
  });
}

/** One page of a list, from one item more than it may hold: that one tells whether there is a next. */
export function toPage<Row, Item>(
  rows: readonly Row[],
  { limit, idOf, show }: { limit: number; idOf: (row: Row) => string; show: (row: Row) => Item },
): { items: Item[]; nextCursor: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const nextCursor =
    rows.length > limit && last !== undefined ? Buffer.from(idOf(last)).toString("base64url") : null;
  return { items: shown.map(show), nextCursor };
}
