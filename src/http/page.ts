import { z } from "zod";
import { OrbError } from "../errors.ts";

const ITEMS_DEFAULT = 20;
const ITEMS_MAX = 100;
const CURSOR_CHARACTERS_MAX = 512;
const LIMIT = `must be a whole number from 1 to ${ITEMS_MAX}`;

/** The query of every list. */
export const pageQuery = {
  limit: z.coerce
    .number(LIMIT)
    .int(LIMIT)
    .min(1, LIMIT)
    .max(ITEMS_MAX, LIMIT)
    .default(ITEMS_DEFAULT)
    .meta({ description: "How many items the page has at most." }),
  cursor: z.string().max(CURSOR_CHARACTERS_MAX).optional().meta({
    description: "`nextCursor` of the previous page, unchanged. Without it, the first page.",
    // `readCursor` judges it, in words that say what to do.
    pattern: "^[A-Za-z0-9_-]+$",
  }),
};

const OBJECT_ID = /^[0-9a-f]{24}$/;

/** Whether a text can be an id that MongoDB made. */
export function isObjectId(text: string): boolean {
  return OBJECT_ID.test(text);
}

/**
 * The schema of one page of a list.
 *
 * @param id of the page in the API's description, such as `ProjectPage`
 */
export function pageOf<Item extends z.ZodType>(item: Item, id: string) {
  return z
    .object({
      items: z.array(item),
      nextCursor: z.string().nullable().meta({ description: "For the next page; null on the last one." }),
    })
    .meta({ id });
}

/** Reads a cursor. It holds the id of the last item, encoded so that clients do not build their own. */
export function readCursor(cursor: string | undefined, isId: (id: string) => boolean): string | null {
  if (cursor === undefined) return null;
  const id = Buffer.from(cursor, "base64url").toString("utf8");
  // Decoding ignores what is no base64url, so a cursor that was changed would give another place.
  if (Buffer.from(id).toString("base64url") === cursor && isId(id)) return id;
  throw new OrbError({
    code: "bad_request",
    reason: "The cursor is not valid for this list.",
    remedy: "Use nextCursor of the previous page unchanged, or leave it out to get the first page.",
  });
}

/** Builds one page of a list. `rows` has one item more than the page if there is a next page. */
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
