import type { Element, Nodes } from "hast";
import rehypeParse from "rehype-parse";
import { unified } from "unified";
import { isAllowedHost } from "./addresses.ts";
import type { MarkdownPolicy } from "./policy.ts";

const html = unified().use(rehypeParse, { fragment: true });

/** Signs of something that GitHub could act on: people, issues, links, pictures and formulas. */
const WORTH_PROVING = /[@＠$]|#\d|GH-\d|:\/\/|\bwww\.|\]\(|\]:|<[a-z!/?]/i;

// Elements that Markdown produces, and elements that GitHub adds: anchors on headings, scrolling tables, colours and a
// copy button in code, emoji for readers without the font, task boxes.
const ELEMENTS = new Set(
  (
    "p h1 h2 h3 h4 h5 h6 em i strong b del blockquote pre code tt hr br ul ol li input label a table thead tbody tr th " +
    "td details summary kbd sub sup span div section svg path g-emoji markdown-accessiblity-table clipboard-copy"
  ).split(" "),
);
/** Where GitHub serves the pictures of emoji. Nobody else can put pictures there. */
const EMOJI_HOST = "github.githubassets.com";
const EMOJI_PATH = "/images/icons/emoji/";
const FORMULA_LINK = /\\(?:href|url|require|class|style|includegraphics)(?![a-z])/i;
const ISSUE_PATH = /^\/([^/]+\/[^/]+)\/(?:issues|pull|discussions)\/\d/;

interface Surroundings {
  readonly policy: MarkdownPolicy;
  /** `owner/name`, in lower case. */
  readonly repository: string;
}

/** Whether only GitHub's own rendering can prove that a text is harmless. */
export function needsProof(markdown: string): boolean {
  return WORTH_PROVING.test(markdown);
}

/**
 * Finds what has an effect in a text as GitHub renders it, and must not. This is the final check that the bot's parser
 * and GitHub's understand the text in the same way.
 *
 * @param rendered HTML that `POST /markdown` answered in mode `gfm` with the repository as context:
 *   https://docs.github.com/en/rest/markdown/markdown
 * @param repository `owner/name`
 * @returns a few words for each finding; empty if the text may be sent
 */
export function findLive(
  rendered: string,
  { policy, repository }: { policy: MarkdownPolicy; repository: string },
): string[] {
  return visit(html.parse(rendered), { policy, repository: repository.toLowerCase() });
}

function visit(node: Nodes, around: Surroundings): string[] {
  if (node.type === "comment") return ["a comment"];
  if (node.type !== "element") {
    return "children" in node ? node.children.flatMap((child) => visit(child, around)) : [];
  }
  return [...judge(node, around), ...node.children.flatMap((child) => visit(child, around))];
}

function judge(node: Element, around: Surroundings): string[] {
  const { tagName } = node;
  if (tagName === "a") return judgeLink(node, around);
  if (tagName === "img") return judgePicture(node, around);
  if (tagName === "math-renderer") return FORMULA_LINK.test(textOf(node)) ? ["a link in a formula"] : [];
  if (classes(node).includes("issue-keyword")) return judgeKeyword(node, around);
  return ELEMENTS.has(tagName) ? [] : [`the element ${tagName}`];
}

function judgeLink(node: Element, { policy, repository }: Surroundings): string[] {
  const names = classes(node);
  const card = attribute(node, "dataHovercardType");
  const mentions = names.some((name) => /^(?:js-)?(?:user|team)-mention$/.test(name));
  if (mentions || ["user", "team", "organization"].includes(card)) return [`a mention of ${textOf(node)}`];
  const href = attribute(node, "href");
  // GitHub's own links: from a heading to itself, and from a footnote to its text.
  if (href.startsWith("#") || href === "") return [];
  const url = URL.parse(href);
  if (!url) return [`a link to ${href}`];
  // An e-mail address in plain text links to exactly what it shows.
  if (url.protocol === "mailto:") return href === `mailto:${textOf(node)}` ? [] : [`a link to ${href}`];
  if (!/^https?:$/.test(url.protocol) || !isAllowedHost(url, policy)) return [`a link to ${href}`];
  const issueOf = url.host === policy.gitHubHost ? ISSUE_PATH.exec(url.pathname)?.[1] : undefined;
  const foreign = issueOf !== undefined && issueOf.toLowerCase() !== repository;
  return foreign && !policy.refersTo?.includes(href) ? [`a reference to ${textOf(node)}`] : [];
}

function judgePicture(node: Element, { policy }: Surroundings): string[] {
  const source = attribute(node, "src");
  const url = URL.parse(source);
  const own = url?.host === EMOJI_HOST || url?.host === policy.gitHubHost;
  return own && url.pathname.startsWith(EMOJI_PATH) ? [] : [`a picture from ${source}`];
}

/** GitHub marks the keywords that will close an issue. The number is in the label for screen readers. */
function judgeKeyword(node: Element, { policy }: Surroundings): string[] {
  const number = /#(\d+)\.?$/.exec(attribute(node, "ariaLabel"))?.[1];
  return policy.closes.includes(Number(number)) ? [] : [`the keyword ${textOf(node)} for #${number ?? "?"}`];
}

function classes({ properties }: Element): readonly string[] {
  return Array.isArray(properties.className) ? properties.className.map(String) : [];
}

function attribute({ properties }: Element, name: string): string {
  const value = properties[name];
  return typeof value === "string" ? value : "";
}

function textOf(node: Nodes): string {
  if (node.type === "text") return node.value;
  return "children" in node ? node.children.map(textOf).join("") : "";
}
