import * as fc from "fast-check";
import {
  type Entry,
  fromJsonBytes,
  fromLine,
  isName,
  split,
  toJsonBytes,
  toLine,
} from "../../../../src/workspaces/archive/rules/listing.ts";
import { expect, test } from "../../../support/testing.ts";

const original = { mode: 0o644, uid: 0, gid: 0, mtimeNs: "1" };

test("bytes of a name come back as they were, and as text if they are text", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      const name = Buffer.from(bytes);
      expect(fromJsonBytes(toJsonBytes(name)).equals(name)).toBe(true);
    }),
  );
  expect(toJsonBytes(Buffer.from("src/ä.ts"))).toBe("src/ä.ts");
  expect(toJsonBytes(Buffer.from([0xff]))).toEqual({ base64: "/w==" });
});

test("an entry is one line, whatever its name has", () => {
  const entry: Entry = { kind: "folder", ...original, path: toJsonBytes(Buffer.from("a\nb\u2028c")) };
  expect(toLine(entry).match(/\n/g)).toHaveLength(1);
  expect(fromLine(toLine(entry))).toEqual(entry);
});

test.each(["", ".", "..", "a/b", "/", "a\0b", "x".repeat(256)])("%j is no name in a folder", (name) => {
  expect(isName(Buffer.from(name))).toBe(false);
});

test("a path is divided into its folder and its name", () => {
  expect(Object.values(split(Buffer.from("a/b/c"))).map(String)).toEqual(["a/b", "c"]);
  expect(Object.values(split(Buffer.from("c"))).map(String)).toEqual(["", "c"]);
});
