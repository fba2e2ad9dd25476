import type { Root } from "mdast";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import remarkStringify, { type Options } from "remark-stringify";
import { unified } from "unified";

const OUTSIDE_OF_LINKS = {
  inConstruct: "phrasing",
  notInConstruct: ["autolink", "link", "image", "label"],
} satisfies Partial<NonNullable<Options["unsafe"]>[number]>;
const markdown = unified()
  .use(remarkParse)
  // Padding all cells to one width would make a table as large as its widest cell times its rows.
  .use(remarkGfm, { tablePipeAlign: false })
  .use(remarkStringify, {
    bullet: "-",
    rule: "-",
    // `<a@b_c.d>` is not always a link when it is parsed again; the long form is.
    resourceLink: true,
    // remark-gfm escapes the beginning of an address only if the rest is not escaped or broken itself. Otherwise the
    // parser takes the backslash for part of the address.
    unsafe: [
      { character: ".", before: "(?<![A-Za-z0-9])[Ww]{3}", ...OUTSIDE_OF_LINKS },
      { character: "@", before: "[+\\-.\\w]", ...OUTSIDE_OF_LINKS },
    ],
  });

/** The tree of a text in GitHub's flavour. */
export function parseMarkdown(text: string): Root {
  return markdown.parse(text);
}

/** A tree as text that is parsed into the same tree, without a line end at its end. */
export function writeMarkdown(tree: Root): string {
  return markdown.stringify(tree).replace(/\n$/, "");
}
