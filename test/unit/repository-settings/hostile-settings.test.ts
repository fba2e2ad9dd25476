import { describe, expect, test } from "../../support/testing.ts";
import * as fc from "fast-check";
import {
  PROBLEMS_MAX,
  readSettings,
  SETTINGS_BYTES_MAX,
} from "../../../src/repository-settings/rules/read-settings.ts";

describe("hostile files are refused", () => {
  const bomb = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"];
  for (let level = 1; level < 11; level++)
    bomb.push(
      `a${level}: &a${level} [${Array(9)
        .fill(`*a${level - 1}`)
        .join(", ")}]`,
    );
  const MANY_KEYS = Array.from({ length: 11_000 }, (_, index) => `k${index.toString(36)}:`).join("\n");

  test.each([
    {
      name: "a file that is too large",
      text: "#".repeat(SETTINGS_BYTES_MAX + 1),
      says: "1:1  settings_too_large",
    },
    {
      name: "a file that is too large in UTF-8",
      text: `#${"é".repeat(SETTINGS_BYTES_MAX / 2)}`,
      says: "1:1  settings_too_large",
    },
    { name: "aliases of aliases of aliases", text: bomb.join("\n"), says: "1:1  settings_unreadable" },
    {
      name: "very many aliases",
      text: `branches: [&a a${", *a".repeat(10_000)}]`,
      says: "1:418  settings_unreadable",
    },
    { name: "an anchor inside itself", text: "areas: &a { x: *a }", says: "1:16 areas.x setting_invalid" },
    { name: "thousands of keys", text: MANY_KEYS, says: "1:1 k0 setting_unknown" },
    {
      name: "thousands of items",
      text: `branches: [${"1,".repeat(30_000)}]`,
      says: "1:11 branches setting_invalid",
    },
    { name: "thousands of mistakes", text: '"'.repeat(20_000), says: "1:3  settings_unreadable" },
  ])("$name", ({ text, says }) => {
    const { problems } = readSettings(text, "repository");
    const [first] = problems;
    expect(first && `${first.line}:${first.column} ${first.path} ${first.code}`).toBe(says);
    expect(problems.length).toBeLessThanOrEqual(PROBLEMS_MAX);
  });

  test.each(["[", "{a: ", "- ", "? "])("endless nesting of %j", (opening) => {
    const text = opening.repeat(Math.floor(SETTINGS_BYTES_MAX / opening.length));
    expect(readSettings(text, "repository").problems).toContainEqual(
      expect.objectContaining({
        code: "settings_unreadable",
        reason: expect.stringContaining("nested too deeply"),
      }),
    );
  });
});

test("reading any text gives settings, or problems with a position in it", () => {
  const words = fc.constantFrom(
    "draft",
    "areas",
    "size",
    ":",
    " ",
    "\n",
    "  ",
    "- ",
    "[",
    "]",
    "{",
    "}",
    "*a",
    "&a ",
    "!x ",
    '"',
    "'",
    "|",
    ">",
    "#",
    "1",
    "true",
    "null",
    "__proto__",
    "%YAML 1.1\n",
    "---\n",
    "\t",
  );
  const texts = fc.oneof(
    fc.array(words, { maxLength: 40 }).map((parts) => parts.join("")),
    fc.string({ unit: "binary", maxLength: 60 }),
  );
  fc.assert(
    fc.property(texts, fc.constantFrom("repository" as const, "owner" as const), (text, file) => {
      const { given, problems } = readSettings(text, file);
      const lines = text.split(/\r\n|\r|\n/).length + 1;
      expect(given === null).toBe(problems.length > 0);
      for (const { line, column, reason, remedy } of problems) {
        expect([line >= 1, line <= lines, column >= 1, reason !== "", remedy !== ""]).not.toContain(false);
      }
    }),
  );
});
