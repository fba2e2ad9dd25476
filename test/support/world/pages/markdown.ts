// Markdown as GitHub shows it: its flavour, its sanitising, its mentions and references.

import type { Element, Root } from "hast";
import { findAndReplace } from "hast-util-find-and-replace";
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

// A login has up to 39 letters, digits and single hyphens; none around it that would make it an address or a path.
const MENTION = /(?<![\w/@.`-])@([a-z\d](?:-?[a-z\d]){0,38})(?![\w-])/gi;
const ISSUE = /(?<![\w/&#-])(?:([\w-]+)\/([\w.-]+))?#(\d+)\b/g;

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
 * HTML of a comment or description (`mode: gfm`): single line breaks stay, mentions of accounts and references to
 * issues that exist become links. Without a repository only references of the form `owner/name#1` are found.
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
    .use(linkReferences, world, repository)
    .use(rehypeStringify)
    .process(markdown);
  return String(html);
}

function linkReferences(world: World, repository: Repository | null): (tree: Root) => void {
  const target = (owner: string | undefined, name: string | undefined): Repository | null =>
    owner && name ? world.findRepository(owner, name) : repository;
  return (tree) => {
    findAndReplace(
      tree,
      [
        [MENTION, (text: string, login: string) => mention(world, text, login)],
        [
          ISSUE,
          (text: string, owner: string | undefined, name: string | undefined, number: string) =>
            issue(world, text, target(owner, name), Number(number)),
        ],
      ],
      { ignore: ["a", "code", "pre"] },
    );
  };
}

function mention(world: World, text: string, login: string): Element | false {
  const account = world.findAccount(login);
  return account ? link(text, `${world.origin}/${account.login}`, ["user-mention", "notranslate"]) : false;
}

function issue(world: World, text: string, repository: Repository | null, number: number): Element | false {
  if (!repository) return false;
  const kind = repository.pullRequests.has(number) ? "pull" : repository.issues.has(number) ? "issues" : null;
  if (kind === null) return false;
  const path = `${repository.owner.login}/${repository.name}/${kind}/${number}`;
  return link(text, `${world.origin}/${path}`, ["issue-link"]);
}

function link(text: string, href: string, className: string[]): Element {
  return {
    type: "element",
    tagName: "a",
    properties: { className, href },
    children: [{ type: "text", value: text }],
  };
}
