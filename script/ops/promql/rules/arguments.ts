import type { SyntaxNode } from "@lezer/common";

/** The parts between the parentheses of a call. */
export function argumentsOf(call: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  let part = call.getChild("FunctionCallBody")?.firstChild ?? null;
  for (; part; part = part.nextSibling) {
    if (part.name !== "LineComment") found.push(part);
  }
  return found;
}
