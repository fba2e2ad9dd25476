import type { SyntaxNode } from "@lezer/common";
import type { Inspection } from "./inspection.ts";
import { ANYTHING, listed, missing, union, type Value, without } from "./value.ts";

interface Matching {
  readonly on: readonly string[] | null;
  readonly ignoring: readonly string[];
  readonly group: "left" | "right" | null;
  /** Labels that the larger side takes from the other one. */
  readonly taken: readonly string[];
}

/** What two expressions with an operator between them give. */
export function combined(node: SyntaxNode, inspection: Inspection): Value {
  const { value } = inspection;
  const [left, right] = sidesOf(node).map(value);
  if (!left || !right) return ANYTHING;
  const counter = left.counter || right.counter;
  if (left.form === "scalar") return { ...right, counter };
  if (right.form === "scalar") return { ...left, counter };
  const matching = matchingOf(node, inspection);
  if (node.getChild("Or")) return { ...left, labels: union(left, right), counter };
  checkMatching({ left, right }, matching, inspection);
  // A set operator gives series of its left side alone.
  if (node.getChild("And") || node.getChild("Unless")) return left;
  return { ...left, labels: resultLabels({ left, right }, matching), counter, buckets: false };
}

/** The first and the last child are the sides; the operator and its modifiers are between them. */
function sidesOf(node: SyntaxNode): SyntaxNode[] {
  const { firstChild, lastChild } = node;
  return firstChild && lastChild ? [firstChild, lastChild] : [];
}

function matchingOf(node: SyntaxNode, { text }: Inspection): Matching {
  const clause = node.getChild("MatchingModifierClause");
  const lists = clause?.getChildren("GroupingLabels") ?? [];
  const [named = [], taken = []] = lists.map((list) => list.getChildren("LabelName").map(text));
  const isOn = clause?.getChild("On") !== null && clause !== null;
  const group = clause?.getChild("GroupLeft") ? "left" : clause?.getChild("GroupRight") ? "right" : null;
  return { on: isOn ? named : null, ignoring: isOn ? [] : named, group, taken };
}

interface Sides {
  readonly left: Value;
  readonly right: Value;
}

function checkMatching(
  { left, right }: Sides,
  { on, ignoring, group, taken }: Matching,
  { problem }: Inspection,
) {
  for (const [name, side] of [
    ["left", left],
    ["right", right],
  ] as const) {
    for (const label of missing(side, on ?? [])) problem(`on (${label}): the ${name} side has no such label`);
  }
  const one = group === "left" ? right : left;
  if (group)
    for (const label of missing(one, taken)) problem(`group_${group} (${label}): no such label to take`);
  if (on) return;
  for (const label of ignoring) {
    if (missing(left, [label]).length > 0 && missing(right, [label]).length > 0) {
      problem(`ignoring (${label}): no side has such a label`);
    }
  }
  const [ofLeft, ofRight] = [without(left, ignoring), without(right, ignoring)];
  if (ofLeft && ofRight && listed(ofLeft) !== listed(ofRight)) {
    problem(`its sides never match: ${listed(ofLeft)} on the left, ${listed(ofRight)} on the right`);
  }
}

/** https://prometheus.io/docs/prometheus/latest/querying/operators/#vector-matching */
function resultLabels({ left, right }: Sides, { on, ignoring, group, taken }: Matching): Value["labels"] {
  if (group) {
    const many = group === "left" ? left : right;
    return many.labels && new Set([...many.labels, ...taken]);
  }
  return on ? new Set(on) : without(left, ignoring);
}
