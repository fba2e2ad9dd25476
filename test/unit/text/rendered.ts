import type { Element, Nodes, Root, Text } from "hast";
import rehypeRaw from "rehype-raw";
import remarkBreaks from "remark-breaks";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import remarkRehype from "remark-rehype";
import { unified } from "unified";
import type { MarkdownPolicy } from "../../../src/text/policy.ts";

// As GitHub does it, but without its sanitising: what that would take out must not be there in the first place.
const renderer = unified()
  .use(remarkParse)
  .use(remarkGfm)
  .use(remarkBreaks)
  .use(remarkRehype, { allowDangerousHtml: true })
  .use(rehypeRaw);

// As GitHub's mention filter finds them, but for what may stand before: any character that is no word's.
const MENTION = /(?:^|\W)@[a-z0-9]/i;
const CLOSING =
  /(?:^|[^a-z0-9])(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?)\s*:?\s*(#\d+|GH-\d|[\w.-]+(?:\/[\w.-]+)?#\d|https?:\/\/\S+\/issues\/\d)/gi;
const FOREIGN_REFERENCE = /[\w.-]\/[\w.-]{1,100}#\d/;
const ISSUE_PATH = /^\/[^/]+\/[^/]+\/(?:issues|pull|discussions)\/\d/;
const COMMAND = /^\s*\/[a-z][\w-]{0,50}(?![\w/.\\-])/im;
const OWN_COMMENT = /<!--[\s-]*orb[:_-]/i;
const INVISIBLE = /[\u202a-\u202e\u2066-\u2069\u{e0000}-\u{e007f}]/u;

/** What Markdown makes, and what the sanitiser lets through as HTML; with the attributes that each may have. */
const ELEMENTS: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(
    "p h1 h2 h3 h4 h5 h6 em strong del blockquote pre hr br table thead tbody tr details summary b i kbd sub sup"
      .split(" ")
      .map((name) => [name, []]),
  ),
  a: ["href"],
  code: ["className"],
  ul: ["className"],
  ol: ["className", "start"],
  li: ["className"],
  input: ["type", "checked", "disabled"],
  th: ["align"],
  td: ["align"],
};

/** What GitHub would act on in a text if it rendered it, and what the policy forbids; none where it is safe. */
export function liveParts(markdown: string, policy: MarkdownPolicy): string[] {
  return [
    ...(COMMAND.test(markdown) ? [`command ${COMMAND.exec(markdown)?.[0].trim()}`] : []),
    ...(OWN_COMMENT.test(markdown) ? ["comment of the bot's"] : []),
    ...(INVISIBLE.test(markdown) ? ["invisible characters"] : []),
    ...visit(render(markdown), policy),
  ];
}

export function render(markdown: string): Root {
  return renderer.runSync(renderer.parse(markdown));
}

function visit(node: Nodes, policy: MarkdownPolicy): string[] {
  switch (node.type) {
    case "comment":
      return [`comment ${node.value}`];
    case "text":
      return judgeText(node);
    case "element":
      return judgeElement(node, policy);
    default:
      return "children" in node ? node.children.flatMap((child) => visit(child, policy)) : [];
  }
}

function judgeElement(node: Element, policy: MarkdownPolicy): string[] {
  const inside =
    node.tagName === "code" || node.tagName === "pre"
      ? []
      : node.children.flatMap((child) => visit(child, policy));
  return [
    ...judgeShape(node),
    ...(node.tagName === "a" ? judgeLink(String(node.properties["href"]), policy) : []),
    ...(/^(?:p|h\d|td|th|li|summary)$/.test(node.tagName) ? judgeLine(node, policy) : []),
    ...inside,
  ];
}

function judgeShape({ tagName, properties }: Element): string[] {
  const attributes = ELEMENTS[tagName];
  if (!attributes) return [`element ${tagName}`];
  const known = tagName === "details" ? [] : attributes;
  return Object.keys(properties)
    .filter((name) => !known.includes(name))
    .map((name) => `attribute ${tagName} ${name}`);
}

function judgeLink(href: string, policy: MarkdownPolicy): string[] {
  const url = URL.parse(href);
  if (!url || !/^https?:$/.test(url.protocol)) return [`address ${href}`];
  const own = [policy.gitHubHost, `www.${policy.gitHubHost}`];
  if (own.includes(url.host)) return ISSUE_PATH.test(url.pathname) ? [`foreign issue ${href}`] : [];
  if (policy.gitHubHost === "github.com" && url.host === "redirect.github.com") return [];
  const allowed = policy.linkHosts.some((host) =>
    host.startsWith("*.") ? url.host.endsWith(host.slice(1)) : url.host === host,
  );
  return allowed ? [] : [`link ${href}`];
}

function judgeText({ value }: Text): string[] {
  return [
    ...(MENTION.test(value) ? [`mention ${value}`] : []),
    ...(FOREIGN_REFERENCE.test(value) ? [`foreign reference ${value}`] : []),
  ];
}

/** A keyword and its reference may stand in different elements of one line, such as `**fixes** #1`. */
function judgeLine(node: Element, { closes }: MarkdownPolicy): string[] {
  const line = plainText(node);
  return [...line.matchAll(CLOSING)].flatMap(([match, reference = ""]) =>
    closes.includes(Number(/^#(\d+)$/.exec(reference)?.[1])) ? [] : [`closing ${match.trim()}`],
  );
}

/** The text that a reader sees; code is a gap that no reference reaches over. */
function plainText(node: Nodes): string {
  if (node.type === "text") return node.value;
  if (node.type === "element" && node.tagName === "code") return " · ";
  return "children" in node ? node.children.map(plainText).join("") : "";
}

/** The text that a reader of Markdown sees, without what can't be seen. */
export function readText(markdown: string): string {
  return plainText(render(markdown)).replaceAll("\u200b", "").trim();
}

/** The text of the last block, where it is a paragraph that stands in nothing else. */
export function renderedLast(markdown: string): string | null {
  const last = render(markdown).children.at(-1);
  return last?.type === "element" && last.tagName === "p" ? plainText(last) : null;
}
