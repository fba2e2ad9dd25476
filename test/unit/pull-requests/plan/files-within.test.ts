import { expect, test } from "../../../support/testing.ts";
import { filesWithin } from "../../../../src/pull-requests/plan/rules/files-within.ts";
import { changedFile } from "../../changes/changed-file.ts";

test("all files that GitHub names are looked at, unless their paths are longer than people write them", () => {
  const usual = Array.from({ length: 3_000 }, (_, index) => changedFile(`${"folder/".repeat(20)}${index}`));
  expect(filesWithin(usual)).toEqual({ files: usual, cut: false });
  const long = Array.from({ length: 3_000 }, (_, index) =>
    changedFile(`${"a".repeat(2_000)}${index}`, { previousPath: "b".repeat(1_990) }),
  );
  const { files, cut } = filesWithin(long);
  expect({ count: files.length, cut }).toEqual({ count: 250, cut: true });
});
