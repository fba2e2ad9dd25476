import { readFileSync } from "node:fs";
import GithubSlugger from "github-slugger";
import type { Root } from "mdast";
import { toString } from "mdast-util-to-string";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import { unified } from "unified";
import { visit } from "unist-util-visit";

/** The parts of a Markdown page that tests check. */
export interface MarkdownPage {
  /** The targets of its links, definitions and images, as they are written. */
  readonly links: readonly string[];
  readonly codeSpans: readonly string[];
  /** The anchors that GitHub gives to its headings. */
  readonly anchors: ReadonlySet<string>;
}

/** Pages do not change during a run, and some are asked for by every link to them. */
const pages = new Map<string, MarkdownPage>();

export function readMarkdownPage(path: string): MarkdownPage {
  const page = pages.get(path) ?? readPage(path);
  pages.set(path, page);
  return page;
}

function readPage(path: string): MarkdownPage {
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
