import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "@jest/globals";
import { readMarkdownPage } from "../support/markdown-page.ts";
import { repositoryFiles, ROOT } from "../support/repository-files.ts";

// Sample repositories, what agents say in samples, and templates are data.
const PAGES = repositoryFiles("*.md", ":!fixtures/projects/*/*", ":!templates");
const OURS = /^(?:src|handlers|templates|test|script|fixtures|bench|docs)\/[\w./-]*$/;

test("there are pages to look at", () => {
  expect(PAGES).toContain("README.md");
});

test.each(PAGES)("every link of %s leads somewhere", (page) => {
  expect(readMarkdownPage(join(ROOT, page)).links.filter((link) => !leadsSomewhere(page, link))).toEqual([]);
});

test.each(PAGES)("every file and folder that %s names is there", (page) => {
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
