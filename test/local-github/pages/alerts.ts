// Block quotes that GitHub shows as alerts.
// https://docs.github.com/get-started/writing-on-github/getting-started-with-writing-and-formatting-on-github/basic-writing-and-formatting-syntax#alerts

import type { Element, ElementContent, Root, RootContent } from "hast";

const MARK = /^\[!(note|tip|important|warning|caution)\]\s*$/i;

/** Turns quotes that start with a line such as `[!NOTE]` into alerts; a quote inside something else stays a quote. */
export function markAlerts(): (tree: Root) => void {
  return (tree) => {
    tree.children = tree.children.map((node) => alertOf(node) ?? node);
  };
}

function alertOf(node: RootContent): Element | null {
  if (node.type !== "element" || node.tagName !== "blockquote") return null;
  const [first, ...others] = node.children.filter((child) => child.type === "element");
  if (first?.tagName !== "p") return null;
  const [mark, ...rest] = first.children;
  const [, kind] = (mark?.type === "text" && MARK.exec(mark.value)) || [];
  const [lineEnd, ...words] = rest;
  const isAlone = lineEnd === undefined || (lineEnd.type === "element" && lineEnd.tagName === "br");
  if (kind === undefined || !isAlone) return null;
  const name = kind.toLowerCase();
  const title = element(
    "p",
    ["markdown-alert-title"],
    [{ type: "text", value: name.charAt(0).toUpperCase() + name.slice(1) }],
  );
  const text = words.length === 0 ? [] : [element("p", [], words)];
  return element("div", ["markdown-alert", `markdown-alert-${name}`], [title, ...text, ...others]);
}

function element(tagName: string, className: string[], children: ElementContent[]): Element {
  return { type: "element", tagName, properties: className.length > 0 ? { className } : {}, children };
}
