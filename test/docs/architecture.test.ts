import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, test } from "@jest/globals";
import { readMarkdownPage } from "../support/markdown-page.ts";
import { repositoryFiles, ROOT } from "../support/repository-files.ts";

const PAGE = `${ROOT}docs/ARCHITECTURE.md`;
const page = readFileSync(PAGE, "utf8");
const { codeSpans } = readMarkdownPage(PAGE);
const files = repositoryFiles();

/** What lies directly in a folder; folders end in a slash. */
function entriesOf(folder: string): string[] {
  const inside = files.filter((path) => path.startsWith(folder)).map((path) => path.slice(folder.length));
  return [...new Set(inside.map((path) => folder + path.replace(/\/.*$/, "/")))];
}

const rooms = [
  ...entriesOf("").filter((path) => path.endsWith("/")),
  ...entriesOf("src/"),
  ...entriesOf("handlers/").filter((path) => path.endsWith("/")),
];

test.each(rooms)("the map shows %s", (room) => {
  expect(codeSpans).toContain(room);
});

interface ImportRule {
  readonly name: string;
  readonly from: { readonly path?: string };
  readonly to: { readonly path?: string };
}

test("whom the page puts on a lower line, the architecture check keeps from importing the upper", () => {
  const config = createRequire(import.meta.url)(`${ROOT}.dependency-cruiser.cjs`) as {
    forbidden: ImportRule[];
  };
  const rules = config.forbidden.filter(({ name }) => name.startsWith("below-"));
  const forbids = (from: string, to: string) =>
    rules.some(
      (rule) => new RegExp(rule.from.path ?? "").test(from) && new RegExp(rule.to.path ?? "").test(to),
    );
  // The first line is above the subjects: other rules are about it.
  const [, ...lines] = [...page.matchAll(/^\d\. ([^;\n]*)/gm)].map(([, line = ""]) =>
    [...line.matchAll(/`([\w-]+)`/g)].map(([, name]) => `src/${name}/`),
  );
  const pairs = lines.flatMap((lower, index) =>
    lower.flatMap((from) => lines.slice(0, index).flatMap((upper) => upper.map((to) => [from, to] as const))),
  );
  expect(pairs.length).toBeGreaterThan(0);
  expect(pairs.filter(([from, to]) => !forbids(from, to))).toEqual([]);
});
