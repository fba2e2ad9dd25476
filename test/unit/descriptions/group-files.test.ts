import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { FILE_KINDS } from "../../../src/changes/rules/file-kinds.ts";
import { groupFiles } from "../../../src/descriptions/rules/group-files.ts";
import { file } from "./description-facts.ts";

function shown(files: Parameters<typeof groupFiles>[0]): string[] {
  return groupFiles(files).map(
    ({ directory, kind, files, additions, deletions }) =>
      `${directory} ${kind} ${files.map(({ path }) => path).join(",")} +${additions} -${deletions}`,
  );
}

test("files stand by directory and kind, the largest group and the largest file first", () => {
  expect(
    shown([
      file("src/a.ts", { additions: 1 }),
      file("src/b.ts", { additions: 5, deletions: 2 }),
      file("src/a.test.ts", { kind: "test", additions: 20 }),
      file("README.md", { kind: "docs", additions: 2 }),
    ]),
  ).toEqual(["src test src/a.test.ts +20 -0", "src source src/b.ts,src/a.ts +6 -2", " docs README.md +2 -0"]);
});

test.each([
  { name: "in as deep directories as there are, while they are few", tops: 2, subs: 5, groups: 10 },
  { name: "in those above where they are many", tops: 5, subs: 5, groups: 5 },
  { name: "as deep as says something, also where it is more than is wanted", tops: 2, subs: 30, groups: 60 },
])("files stand $name", ({ tops, subs, groups }) => {
  const files = Array.from({ length: tops * subs }, (_, index) =>
    file(`top${index % tops}/sub${Math.floor(index / tops)}/a.ts`),
  );
  expect(groupFiles(files)).toHaveLength(groups);
});

test("no file is lost or doubled, and the lines add up", () => {
  const segment = fc.constantFrom("a", "b", "c", "dd", "..", "");
  const path = fc.array(segment, { minLength: 1, maxLength: 9 }).map((segments) => segments.join("/"));
  const files = fc.array(fc.record({ path, kind: fc.constantFrom(...FILE_KINDS), additions: fc.nat(99) }), {
    maxLength: 80,
  });
  fc.assert(
    fc.property(files, (changes) => {
      const all = changes.map(({ path, ...change }) => file(path, change));
      const groups = groupFiles(all);
      expect(new Set(groups.flatMap(({ files }) => files))).toEqual(new Set(all));
      const sum = (list: readonly { additions: number }[]) =>
        list.reduce((total, one) => total + one.additions, 0);
      expect(sum(groups)).toBe(sum(all));
    }),
  );
});
