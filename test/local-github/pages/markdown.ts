// Markdown as GitHub shows it: its flavour, its sanitising, its mentions and references.

import rehypeRaw from "rehype-raw";
import rehypeSanitize from "rehype-sanitize";
import rehypeStringify from "rehype-stringify";
import remarkBreaks from "remark-breaks";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import remarkRehype from "remark-rehype";
import { unified } from "unified";
import type { Repository } from "../state.ts";
import type { World } from "../world.ts";
import { markAlerts } from "./alerts.ts";
import { linkReferences } from "./references.ts";

/** HTML of a document such as a README (`mode: markdown` of the API). */
export async function renderDocument(markdown: string): Promise<string> {
  const html = await unified()
    .use(remarkParse)
    .use(remarkGfm)
    .use(remarkRehype, { allowDangerousHtml: true })
    .use(rehypeRaw)
    .use(rehypeSanitize)
    .use(rehypeStringify)
    .process(markdown);
  return String(html);
}

/**
 * HTML of a comment or description (`mode: gfm`): single line breaks stay; mentions of accounts and references
 * to issues become links if these exist. Without a repository, only references of the form `owner/name#1` are
 * found.
 */
export async function renderComment(
  world: World,
  markdown: string,
  repository: Repository | null,
): Promise<string> {
  const html = await unified()
    .use(remarkParse)
    .use(remarkGfm)
    .use(remarkBreaks)
    .use(remarkRehype, { allowDangerousHtml: true })
    .use(rehypeRaw)
    .use(rehypeSanitize)
    .use(markAlerts)
    .use(linkReferences, world, repository)
    .use(rehypeStringify)
    .process(markdown);
  return String(html);
}
