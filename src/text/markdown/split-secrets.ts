import type { Nodes, Parents, Root } from "mdast";
import { secretsIn } from "../secrets/without-secrets.ts";
import { isLine } from "./clean-tree.ts";
import { writeMarkdown } from "./markdown.ts";

/** Every construct of Markdown that can be inside a word has one of these. */
const MARK = /[*_~`[<]/;

/** A part of a line that readers see, and its place in the text of the whole line. */
interface Piece {
  readonly from: number;
  readonly text: string;
  readonly show: (text: string) => void;
}

/**
 * The text without secrets that only emphasis, code, links or pictures split. Readers see such a secret as a whole:
 * `ghp_*dK3z…*7pX4…`. The names before values may be formatted too: `*Password:* hunter2`.
 *
 * @param parse reads the text as it will be shown
 * @returns the text itself if it has no such secret; else it is written again from its tree
 */
export function withoutSplitSecrets(text: string, parse: (text: string) => Root): string {
  if (!MARK.test(text)) return text;
  const tree = parse(text);
  return removeSplitSecrets(tree) ? writeMarkdown(tree) : text;
}

/** Removes the same secrets from a tree, and returns whether it had any. Cleaning can join the parts of one. */
export function removeSplitSecrets(node: Nodes): boolean {
  if (!("children" in node)) return false;
  if (isLine(node)) return removeInLine(node);
  // Each child must be read, so `some` alone would stop too early.
  return node.children.map(removeSplitSecrets).some(Boolean);
}

function removeInLine(line: Parents): boolean {
  const pieces = piecesOf(line);
  if (pieces.length < 2) return false;
  const secrets = secretsIn(pieces.map(({ text }) => text).join(""));
  const split = secrets.filter((secret) => isSplit(secret, pieces));
  for (const { from, text, show } of split.length === 0 ? [] : pieces) {
    let shown = "";
    let copied = 0;
    for (const secret of split) {
      const [begin, end] = [secret.from - from, secret.to - from];
      if (end <= 0 || begin >= text.length) continue;
      shown += text.slice(copied, Math.max(0, begin)) + (begin >= 0 ? secret.words : "");
      copied = end;
    }
    shown += text.slice(copied);
    if (shown !== text) show(shown);
  }
  if (split.length > 0) removeEmpty(line);
  return split.length > 0;
}

/** Whether no piece shows by itself that it holds the secret. */
function isSplit({ from, to }: { from: number; to: number }, pieces: readonly Piece[]): boolean {
  const around = pieces.find((piece) => piece.from <= from && to <= piece.from + piece.text.length);
  return around === undefined || secretsIn(around.text).length === 0;
}

function piecesOf(line: Parents): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  const add = (text: string, show: Piece["show"]) => {
    pieces.push({ from, text, show });
    from += text.length;
  };
  const read = (node: Nodes) => {
    if (node.type === "text" || node.type === "inlineCode") add(node.value, (text) => (node.value = text));
    else if (node.type === "html") {
      if (!node.value.startsWith("<!--")) add(node.value, (text) => (node.value = text));
    } else if (node.type === "image" || node.type === "imageReference")
      add(node.alt ?? "", (text) => (node.alt = text));
    else if (node.type === "break") add("\n", () => {});
    else if ("children" in node) for (const child of node.children) read(child);
  };
  read(line);
  return pieces;
}

/** Formatting without a text is written as marks that people see. */
function removeEmpty(parent: Parents): void {
  for (const child of parent.children) if ("children" in child) removeEmpty(child);
  const kept = parent.children.filter((child) => {
    if (child.type === "image" || child.type === "imageReference") return child.alt !== "";
    return "children" in child ? child.children.length > 0 : !("value" in child) || child.value !== "";
  });
  parent.children = kept;
}
