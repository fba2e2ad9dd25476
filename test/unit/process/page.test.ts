import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { z } from "zod";
import { OrbError } from "../../../src/errors.ts";
import { pageQuery, readCursor, toPage } from "../../../src/http/page.ts";

const isAnything = () => true;
const query = z.object(pageQuery);

/** A list by id, as a store gives it: what comes after an id, and not more than asked for. */
function listOf(ids: readonly string[]) {
  return (after: string | null, limit: number) =>
    ids.filter((id) => after === null || id > after).slice(0, limit);
}

describe("a list", () => {
  test("read page by page has every item once and in order, whatever the size of a page", () => {
    const ids = fc.uniqueArray(fc.string({ unit: "grapheme", minLength: 1 }), { maxLength: 30 });
    fc.assert(
      fc.property(ids, fc.integer({ min: 1, max: 12 }), (ids, limit) => {
        const sorted = ids.toSorted();
        const list = listOf(sorted);
        const read: string[] = [];
        let cursor: string | undefined;
        do {
          const rows = list(readCursor(cursor, isAnything), limit + 1);
          const page = toPage(rows, { limit, idOf: (id) => id, show: (id) => id });
          expect(page.items.length).toBeLessThanOrEqual(limit);
          read.push(...page.items);
          cursor = page.nextCursor ?? undefined;
        } while (cursor !== undefined);
        expect(read).toEqual(sorted);
      }),
    );
  });

  test.each([
    { rows: [], items: [], more: false },
    { rows: ["a"], items: ["A"], more: false },
    { rows: ["a", "b"], items: ["A", "B"], more: false },
    { rows: ["a", "b", "c"], items: ["A", "B"], more: true },
  ])("of $rows.length rows has a next page: $more, where two fill one", ({ rows, items, more }) => {
    const page = toPage(rows, { limit: 2, idOf: (row) => row, show: (row) => row.toUpperCase() });
    expect(page).toEqual({ items, nextCursor: more ? Buffer.from("b").toString("base64url") : null });
  });
});

describe("a cursor", () => {
  test("that is left out begins at the beginning", () => {
    expect(readCursor(undefined, () => false)).toBeNull();
  });

  test.each(["", "not one", "%%%", Buffer.from("another").toString("base64url")])(
    "%j that this list never gave is refused",
    (cursor) => {
      const reading = () => readCursor(cursor, (id) => /^[0-9a-f]{24}$/.test(id));
      expect(reading).toThrow(OrbError);
      expect(reading).toThrow("The cursor is not valid for this list.");
    },
  );

  test("can stand in an address as it is", () => {
    const { nextCursor } = toPage(["ÿþ?>", "b"], { limit: 1, idOf: (row) => row, show: (row) => row });
    expect(nextCursor).toBe(encodeURIComponent(nextCursor ?? ""));
  });
});

describe("the query of a list", () => {
  test.each([
    [{}, { limit: 20 }],
    [{ limit: "1" }, { limit: 1 }],
    [
      { limit: "100", cursor: "abc" },
      { limit: 100, cursor: "abc" },
    ],
  ])("%j is read as %j", (given, read) => {
    expect(query.parse(given)).toEqual(read);
  });

  test.each([
    { limit: "0" },
    { limit: "101" },
    { limit: "-1" },
    { limit: "1.5" },
    { limit: "many" },
    { limit: "" },
    { cursor: "x".repeat(513) },
  ])("%j is refused", (given) => {
    expect(query.safeParse(given).success).toBe(false);
  });
});
