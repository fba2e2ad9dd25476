import * as fc from "fast-check";
import { describe, expect, test } from "../../../support/testing.ts";
import { parseStatusRecord, RecordCutter } from "../../../../src/workspaces/keep/rules/status-records.ts";

const ID = "a".repeat(40);
const BLOB = "b".repeat(40);
const MODES = "100644 100644 100644";
const record = (text: string) => parseStatusRecord(Buffer.from(text, "latin1"));

describe("a record of git status", () => {
  test.each([
    [
      `1 .M N... ${MODES} ${ID} ${BLOB} a b\nc`,
      { kind: "tracked", path: Buffer.from("a b\nc"), staged: false, change: "changed", blob: BLOB },
    ],
    [
      `1 D. N... ${MODES} ${ID} ${BLOB} x`,
      { kind: "tracked", path: Buffer.from("x"), staged: true, change: "none", blob: BLOB },
    ],
    [
      `1 .D N... ${MODES} ${ID} ${BLOB} -> y`,
      { kind: "tracked", path: Buffer.from("-> y"), staged: false, change: "deleted", blob: BLOB },
    ],
    [
      `u UU N... ${MODES} 100644 ${ID} ${BLOB} ${ID} x`,
      { kind: "tracked", path: Buffer.from("x"), staged: true, change: "changed", blob: BLOB },
    ],
    ["? \xff", { kind: "untracked", path: Buffer.from([0xff]) }],
    ["! a/", { kind: "ignored", path: Buffer.from("a/") }],
    [`# branch.oid ${ID}`, { kind: "head", sha: ID }],
    ["# branch.oid (initial)", { kind: "head", sha: null }],
    ["# branch.head main", { kind: "header" }],
  ])("%j is read", (text, expected) => {
    expect(record(text)).toEqual(expected);
  });

  test.each([
    "",
    "?",
    "? ",
    "1 .M",
    `1 .M N... ${MODES} ${ID} ${BLOB}`,
    `1 M N... ${MODES} ${ID} ${BLOB} x`,
    "x y",
  ])("%j is refused", (text) => {
    expect(record(text)).toBeNull();
  });
});

test("records are the same however the bytes arrive, and a half one is noticed", () => {
  const pieces = fc.array(
    fc.uint8Array({ minLength: 1, maxLength: 9 }).map((bytes) => Buffer.from(bytes).map((byte) => byte || 1)),
  );
  fc.assert(
    fc.property(pieces, fc.integer({ min: 1, max: 7 }), fc.boolean(), (records, size, whole) => {
      const stream = Buffer.concat(records.flatMap((each) => [Buffer.from(each), Buffer.from([0])]));
      const sent = whole ? stream : stream.subarray(0, -1);
      const found: string[] = [];
      const cutter = new RecordCutter((each) => found.push(each.toString("latin1")));
      for (let begin = 0; begin < sent.length; begin += size) cutter.add(sent.subarray(begin, begin + size));
      expect(cutter.isComplete).toBe(whole || records.length === 0);
      const expected = records.map((each) => Buffer.from(each).toString("latin1"));
      expect(found).toEqual(whole ? expected : expected.slice(0, -1));
    }),
  );
});
