import type { Heading, Nodes, Parents, Root, RootContent } from "mdast";
import { toString } from "mdast-util-to-string";
import { defang, withoutCommands } from "./defang.ts";
import { balanceDetails, balanceInline } from "./html-tags.ts";
import { forbidClosing } from "./forbid-closing.ts";
import { asBlock, asText, holdsBlocks, isEmphasis, replace, type Place } from "./replace-node.ts";
import { withoutInvisible } from "../invisible.ts";
import type { MarkdownPolicy } from "./policy.ts";
import { withoutSecrets } from "../secrets/without-secrets.ts";

/** Other people's headings go below the bot's headings, which are on the second level. */
const HEADING_LEVEL_MIN = 3;
const HEADING_LEVEL_MAX = 6;

/** Where a text is shown, and who wrote it. */
export interface TextOptions {
  /** Whether headings stay at their level, instead of moving below the bot's. */
  readonly keepHeadings?: boolean;
  /** Whether the repository's owners wrote it. They may use the bot's small print, and lines below headings. */
  readonly byOwners?: boolean;
  /** A line is shown below the bot's words, a plain one in its sentences or next to its verdict. */
  readonly form?: "blocks" | "line" | "plain";
}

interface Surroundings extends Place {
  /** Whether a text at this place begins a line. */
  readonly startsLine: boolean;
  readonly headingLevelsDown: number;
}

/**
 * Removes everything from a tree that GitHub or a bot would act on, unless the policy allows it, and everything that
 * looks like the bot's own words.
 *
 * @returns whether any node was replaced: the new text may contain an address that the parser turns into a link
 */
export function cleanTree(
  tree: Root,
  policy: MarkdownPolicy,
  { keepHeadings = false, byOwners = false, form = "blocks" }: TextOptions = {},
): boolean {
  showAll(tree, form !== "blocks");
  return clean(tree, {
    policy,
    byOwners,
    form,
    oneLine: form !== "blocks",
    nesting: 0,
    emphasis: 0,
    inLink: false,
    startsLine: false,
    headingLevelsDown: keepHeadings ? 0 : Math.max(0, HEADING_LEVEL_MIN - highestHeading(tree)),
  });
}

/** A character reference can stand for any character, so texts can still have line ends and invisible characters. */
function showAll(node: Nodes, oneLine: boolean): void {
  if (node.type === "text") {
    const value = withoutInvisible(node.value);
    node.value = oneLine ? value.replaceAll(/\s+/g, " ") : value;
  } else if ("children" in node) {
    for (const child of node.children) showAll(child, oneLine || isWrittenOnOneLine(node));
  }
}

function isWrittenOnOneLine({ type }: Parents): boolean {
  return type === "heading" || type === "tableCell";
}

function highestHeading(node: Nodes): number {
  if (node.type === "heading") return node.depth;
  const levels = "children" in node ? node.children.map(highestHeading) : [];
  return levels.reduce((highest, level) => Math.min(highest, level), HEADING_LEVEL_MAX);
}

function clean(node: Nodes, around: Surroundings): boolean {
  if ("children" in node) {
    if (node.type === "heading") lower(node, around.headingLevelsDown);
    return cleanChildren(node, around);
  }
  if (node.type !== "text" && node.type !== "code" && node.type !== "inlineCode") return false;
  const value = withoutSecrets(node.value);
  const changed = value !== node.value;
  if (node.type === "text") node.value = withoutCommands(defang(value, around.policy), around);
  // A command in code is only shown, and people copy lines from it.
  else if (node.type === "code") node.value = value;
  // A heading is written on one line, and a line end would break code inside it.
  else node.value = value.replaceAll("\n", " ");
  return changed;
}

function lower(heading: Heading, levels: number): void {
  heading.depth = Math.min(heading.depth + levels, HEADING_LEVEL_MAX) as typeof heading.depth;
}

function cleanChildren(parent: Parents, around: Surroundings): boolean {
  const inside = {
    ...around,
    nesting: around.nesting + (parent.type === "blockquote" || parent.type === "list" ? 1 : 0),
    emphasis: around.emphasis + (isEmphasis(parent) ? 1 : 0),
    inLink: around.inLink || parent.type === "link",
    oneLine: around.oneLine || isWrittenOnOneLine(parent),
  };
  const before = mergeTexts(
    parent.children.map((child) => (isBareMail(child) ? asText(toString(child)) : child)),
  );
  const replaced = before.flatMap((child) => replace(child, parent, inside));
  const balanced = holdsBlocks(parent)
    ? balanceDetails(around.byOwners ? replaced : withoutRulesBelowHeadings(replaced), asBlock)
    : balanceInline(replaced, asText, around);
  // Removing a node joins its neighbours: "@" and "name" are harmless apart but not together.
  const after = mergeTexts(balanced);
  parent.children = after;
  let changed = after.length !== before.length || after.some(({ type }, at) => type !== before[at]?.type);
  if (isLine(parent)) forbidClosing(parent, around.policy.closes);
  for (const [at, child] of after.entries()) {
    const startsLine = at === 0 ? parent.type === "paragraph" : after[at - 1]?.type === "break";
    if (clean(child, { ...inside, startsLine })) changed = true;
  }
  return changed;
}

/** GitHub draws a line below the bot's headings, so a heading of others may have none. */
function withoutRulesBelowHeadings(nodes: readonly RootContent[]): readonly RootContent[] {
  let isBelow = false;
  return nodes.filter(({ type }) => {
    isBelow = type === "heading" || (isBelow && type === "thematicBreak");
    return !isBelow || type === "heading";
  });
}

/** An e-mail address in plain text. The parser makes it a link each time, so removing the link is no change. */
function isBareMail(node: RootContent): boolean {
  return node.type === "link" && node.url === `mailto:${toString(node)}`;
}

/** A node that holds a whole line of text, over which a keyword and its number may be split. */
export function isLine(node: Parents): boolean {
  return node.type === "paragraph" || node.type === "heading" || node.type === "tableCell";
}

function mergeTexts<T extends RootContent>(children: readonly T[]): T[] {
  const merged: T[] = [];
  for (const child of children) {
    const last = merged.at(-1);
    if (last?.type === "text" && child.type === "text") last.value += child.value;
    else merged.push(child.type === "text" ? { ...child } : child);
  }
  return merged;
}
