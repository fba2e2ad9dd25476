import { describe, expect, test } from "../../../support/testing.ts";
import { parseConfigList } from "../../../../src/workspaces/git/rules/config-list.ts";
import {
  parsePackedRefs,
  parsePointer,
  parseRef,
  parseReflog,
  parseShas,
} from "../../../../src/workspaces/git/rules/ref-files.ts";
import { unquote } from "../../../../src/workspaces/git/rules/unquote.ts";

const A = "a".repeat(40);
const B = "b".repeat(40);
const ZERO = "0".repeat(40);
const bytes = (text: string) => Buffer.from(text, "latin1");

describe("a ref", () => {
  test.each([
    [`${A}\n`, { sha: A }],
    [`${"c".repeat(64)}\n`, { sha: "c".repeat(64) }],
    ["ref: refs/heads/a\n", { ref: bytes("refs/heads/a") }],
    ["ref:\trefs/heads/\xff\n", { ref: bytes("refs/heads/\xff") }],
    ["", null],
    ["ref: \n", null],
    [`${A}x\n`, null],
    [A.slice(1), null],
  ])("%j is read", (text, expected) => {
    expect(parseRef(bytes(text))).toEqual(expected);
  });
});

test("packed refs are read without comments and peeled tags", () => {
  const text = `# pack-refs with: peeled\n${A} refs/heads/a b\n${B} refs/tags/\xff\n^${A}\n`;
  expect(parsePackedRefs(bytes(text))).toEqual([
    { sha: A, name: bytes("refs/heads/a b") },
    { sha: B, name: bytes("refs/tags/\xff") },
  ]);
});

test.each([`${A}\n`, `${A} \n`, "nonsense\n", ` ${A} refs/heads/a\n`])(
  "packed refs with the line %j are refused",
  (line) => {
    expect(parsePackedRefs(bytes(`${B} refs/heads/b\n${line}`))).toBeNull();
  },
);

test("a reflog has the commits before and after each step, each once and without zeros", () => {
  const line = (before: string, after: string) => `${before} ${after} A <a@example.com> 0 +0000\tmessage\n`;
  expect(parseReflog(bytes(line(ZERO, A) + line(A, B)))).toEqual([A, B]);
  expect(parseReflog(bytes(`${line(ZERO, A)}half a li`))).toBeNull();
  expect(parseReflog(bytes(""))).toEqual([]);
});

test("MERGE_HEAD and its like have a commit at the beginning of each line", () => {
  expect(parseShas(bytes(`${A}\n${B}\tnot-for-merge\tbranch\n${ZERO}\nnonsense\n`))).toEqual([A, B]);
});

test("a pointer keeps a space at its end, and an empty one is none", () => {
  expect(parsePointer(bytes("gitdir: ../a \r\n"), "gitdir:")).toEqual(bytes("../a "));
  expect(parsePointer(bytes("/a/\xff\n"), "")).toEqual(bytes("/a/\xff"));
  expect(parsePointer(bytes("gitdir: \n"), "gitdir:")).toBeNull();
  expect(parsePointer(bytes("nonsense\n"), "gitdir:")).toBeNull();
  expect(parsePointer(bytes("gitdir: a\0b\n"), "gitdir:")).toBeNull();
});

test("a path in quotes is read as git writes it, and any other stays", () => {
  expect(unquote(bytes(String.raw`"/a\"b\\\n\377"`))).toEqual(bytes('/a"b\\\n\xff'));
  expect(unquote(bytes('"half'))).toEqual(bytes('"half'));
  expect(unquote(bytes("/a b"))).toEqual(bytes("/a b"));
});

test("a list of keys is complete only with ours at its end", () => {
  const list = parseConfigList(bytes("a.b\n1\0a.b\n2\nlines\0a.flag\0orb.end\ntrue\0"));
  expect(list?.get("a.b")?.map(String)).toEqual(["1", "2\nlines"]);
  expect(list?.get("a.flag")?.map(String)).toEqual(["true"]);
  for (const text of ["", "a.b\n1\0", "a.b\n1\0orb.end\ntrue", "orb.end\ntrue\0a.b\n1\0"]) {
    expect(parseConfigList(bytes(text))).toBeNull();
  }
});
