import { readFileSync } from "node:fs";
import GithubSlugger from "github-slugger";
import type { Root } from "mdast";
import { toString } from "mdast-util-to-string";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import { unified } from "unified";
import { visit } from "unist-util-visit";

/** What a test asks of a page in Markdown. */
export interface MarkdownPage {
  /** Where its links, definitions and images lead, as they are written. */
  readonly links: readonly string[];
  readonly codeSpans: readonly string[];
  /** The names under which GitHub makes its headings reachable. */
  readonly anchors: ReadonlySet<string>;
}

export function readMarkdownPage(path: string): MarkdownPage {
  const root: Root = unified().use(remarkParse).use(remarkGfm).parse(readFileSync(path, "utf8"));
  const slugger = new GithubSlugger();
  const links: string[] = [];
  const codeSpans: string[] = [];
  const anchors = new Set<string>();
  visit(root, (node) => {
    if (node.type === "link" || node.type === "definition" || node.type === "image") links.push(node.url);
    if (node.type === "inlineCode") codeSpans.push(node.value);
    if (node.type === "heading") anchors.add(slugger.slug(toString(node)));
  });
  return { links, codeSpans, anchors };
}
