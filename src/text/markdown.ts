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
  // Cells padded to one width would make a table as large as its widest cell times its rows.
  .use(remarkGfm, { tablePipeAlign: false })
  .use(remarkStringify, {
    bullet: "-",
    rule: "-",
    // `<a@b_c.d>` would be no link any more where it is read again; the long form always is.
    resourceLink: true,
    // remark-gfm escapes what would begin an address, unless what follows is escaped or broken itself; the parser
    // then takes the backslash for a part of the address.
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
