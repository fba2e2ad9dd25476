import type { Element, Nodes, Root, Text } from "hast";
import rehypeRaw from "rehype-raw";
import remarkBreaks from "remark-breaks";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import remarkRehype from "remark-rehype";
import { unified } from "unified";
import { visit as visitCode } from "unist-util-visit";
import type { MarkdownPolicy } from "../../../src/text/markdown/policy.ts";

// Like GitHub, but without its sanitising: what GitHub would remove must not be there in the first place.
const renderer = unified()
  .use(remarkParse)
  .use(remarkGfm)
  .use(remarkBreaks)
  .use(remarkRehype, { allowDangerousHtml: true })
  .use(rehypeRaw);

// Like GitHub's mention filter, but with any character before it that is not part of a word.
const MENTION = /(?:^|\W)@[a-z0-9]/i;
const CLOSING =
  /(?:^|[^a-z0-9])(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?)\s*:?\s*(#\d+|GH-\d|[\w.-]+(?:\/[\w.-]+)?#\d|https?:\/\/\S+\/issues\/\d)/gi;
const FOREIGN_REFERENCE = /[\w.-]\/[\w.-]{1,100}#\d/;
const ISSUE_PATH = /^\/[^/]+\/[^/]+\/(?:issues|pull|discussions)\/\d/;
const COMMAND = /^\s*\/[a-z][\w-]{0,50}(?![\w/.\\-])/im;
const OWN_COMMENT = /<!--[\s-]*orb[:_-]/i;
/** Tags are visible only in three flags. */
const INVISIBLE =
  /[\u202a-\u202e\u2066-\u2069]|(?<!\u{1f3f4}[\u{e0061}-\u{e007f}]{0,5})[\u{e0000}-\u{e007f}]/u;

/** Elements that Markdown makes or that the sanitiser allows as HTML, with the attributes that each may have. */
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

/** The parts of a text that GitHub would act on or the policy forbids; none if the text is safe. */
export function liveParts(markdown: string, policy: MarkdownPolicy): string[] {
  return [
    ...(COMMAND.exec(withoutCode(markdown)) ?? []).map((command) => `command ${command.trim()}`),
    ...(OWN_COMMENT.test(markdown) ? ["comment of the bot"] : []),
    ...(INVISIBLE.test(markdown) ? ["invisible characters"] : []),
    ...visit(render(markdown), policy),
  ];
}

/** The source without its blocks of code, in which no bot reads commands. */
function withoutCode(markdown: string): string {
  const blocks: { from: number; to: number }[] = [];
  visitCode(renderer.parse(markdown), "code", ({ position }) => {
    blocks.push({ from: position?.start.offset ?? 0, to: position?.end.offset ?? 0 });
  });
  return blocks.toReversed().reduce((text, { from, to }) => text.slice(0, from) + text.slice(to), markdown);
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

/** A keyword and its reference may be in different elements of one line, such as `**fixes** #1`. */
function judgeLine(node: Element, { closes }: MarkdownPolicy): string[] {
  const line = plainText(node);
  return [...line.matchAll(CLOSING)].flatMap(([match, reference = ""]) =>
    closes.includes(Number(/^#(\d+)$/.exec(reference)?.[1])) ? [] : [`closing ${match.trim()}`],
  );
}

/** The text that a reader sees; code is a gap that no reference crosses. */
function plainText(node: Nodes): string {
  if (node.type === "text") return node.value;
  if (node.type === "element" && node.tagName === "code") return " · ";
  return "children" in node ? node.children.map(plainText).join("") : "";
}

/** The text that a reader of Markdown sees, without invisible characters. */
export function readText(markdown: string): string {
  return plainText(render(markdown)).replaceAll("\u200b", "").trim();
}

/** The texts outside code, one for each node, because GitHub replaces the names of emoji in each alone. */
export function shownTexts(markdown: string): string[] {
  const texts = (node: Nodes): string[] => {
    if (node.type === "text") return [node.value];
    if (node.type === "element" && node.tagName === "code") return [];
    return "children" in node ? node.children.flatMap(texts) : [];
  };
  return texts(render(markdown));
}

/** The names of all elements. */
export function elementsOf(markdown: string): string[] {
  const names = (node: Nodes): string[] => [
    ...(node.type === "element" ? [node.tagName] : []),
    ...("children" in node ? node.children.flatMap(names) : []),
  ];
  return names(render(markdown));
}

/** The text of the last block, if it is a paragraph at the top level. */
export function renderedLast(markdown: string): string | null {
  const last = render(markdown).children.at(-1);
  return last?.type === "element" && last.tagName === "p" ? plainText(last) : null;
}
