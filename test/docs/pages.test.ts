import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createRequire } from "node:module";
import { expect, test, describe } from "../support/testing.ts";
import { readMarkdownPage } from "../support/documents/markdown-page.ts";
import { repositoryFiles, ROOT } from "../support/repository-files.ts";

// Sample repositories, agents' texts in samples, and templates are data.
const PAGES = repositoryFiles("*.md", ":!fixtures/projects/*/*", ":!templates");
const OURS = /^(?:src|handlers|templates|test|script|fixtures|bench|docs)\/[\w./-]*$/;

test("the list of pages is not empty", () => {
  expect(PAGES).toContain("README.md");
});

test.each(PAGES)("the target of every link on %s exists", (page) => {
  expect(readMarkdownPage(join(ROOT, page)).links.filter((link) => !leadsSomewhere(page, link))).toEqual([]);
});

test.each(PAGES)("every file and folder that %s names exists", (page) => {
  const { codeSpans } = readMarkdownPage(join(ROOT, page));
  const named = codeSpans.filter((code) => OURS.test(code));
  expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});

function leadsSomewhere(page: string, link: string): boolean {
  // Other people's pages come and go, and tests do not depend on the network.
  if (/^(?:https?|mailto):/.test(link)) return true;
  const [path = "", anchor] = link.split("#", 2).map(decodeURIComponent);
  const target = path === "" ? page : join(dirname(page), path);
  if (!existsSync(join(ROOT, target))) return false;
  return anchor === undefined || readMarkdownPage(join(ROOT, target)).anchors.has(anchor);
}

describe("the map in docs/ARCHITECTURE.md", () => {
  const PAGE = `${ROOT}docs/ARCHITECTURE.md`;
  const page = readFileSync(PAGE, "utf8");
  const { codeSpans } = readMarkdownPage(PAGE);
  const files = repositoryFiles();

  /** The entries of a folder; folders end in a slash. */
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
      lower.flatMap((from) =>
        lines.slice(0, index).flatMap((upper) => upper.map((to) => [from, to] as const)),
      ),
    );
    expect(pairs.length).toBeGreaterThan(0);
    expect(pairs.filter(([from, to]) => !forbids(from, to))).toEqual([]);
  });
});
