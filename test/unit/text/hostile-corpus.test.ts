import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { parse } from "yaml";
import { z } from "zod";
import { sanitizeMarkdown } from "../../../src/text/sanitize.ts";
import { POLICY } from "./policies.ts";
import { liveParts, renderedLast } from "./rendered.ts";

const FOLDER = new URL("../../../fixtures/hostile-markdown/", import.meta.url);
const NO_LIMIT = 1_000_000;
const CASES_MIN = 150;

const cases = z.array(z.strictObject({ name: z.string(), in: z.string(), out: z.string().optional() }));

/** Characters that can't be seen are written by their number. */
function unseen(text: string): string {
  return text.replaceAll(/⟦([0-9a-f]{1,6})⟧/g, (_, code: string) =>
    String.fromCodePoint(Number.parseInt(code, 16)),
  );
}

const corpus = readdirSync(FOLDER)
  .filter((file) => file.endsWith(".yaml"))
  .flatMap((file) =>
    cases.parse(parse(readFileSync(new URL(file, FOLDER), "utf8"))).map(({ name, in: text, out = text }) => ({
      name: `${file.replace(".yaml", "")}: ${name}`,
      text: unseen(text),
      expected: unseen(out),
    })),
  );

test.each(corpus)("$name", ({ text, expected }) => {
  const sanitized = sanitizeMarkdown(text, NO_LIMIT, POLICY);
  expect(sanitized).toBe(expected);
  expect(liveParts(sanitized, POLICY)).toEqual([]);
  expect(sanitizeMarkdown(sanitized, NO_LIMIT, POLICY)).toBe(sanitized);
  expect(renderedLast(`${sanitized}\n\nThe end`)).toBe("The end");
});

test("the corpus is read, and no case is there twice", () => {
  expect(corpus.length).toBeGreaterThanOrEqual(CASES_MIN);
  expect(new Set(corpus.map(({ name }) => name)).size).toBe(corpus.length);
});
