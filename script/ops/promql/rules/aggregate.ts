import type { SyntaxNode } from "@lezer/common";
import type { Inspection } from "./inspection.ts";
import { argumentsOf } from "./arguments.ts";
import { ANYTHING, missing, type Value, without } from "./value.ts";

/** They choose some of the series, and leave these as they are. */
const CHOOSING = new Set(["topk", "bottomk", "limitk", "limit_ratio"]);
/** They only say how many series there are. */
const COUNTING = new Set(["count", "group"]);

/** What `sum by (…) (…)` and its like give. */
export function aggregated(node: SyntaxNode, { value, text, problem }: Inspection): Value {
  const operator = node.getChild("AggregateOp");
  const name = operator ? text(operator) : "";
  const inner = argumentsOf(node).map(value).at(-1) ?? ANYTHING;
  const modifier = node.getChild("AggregateModifier");
  const named = modifier?.getChild("GroupingLabels")?.getChildren("LabelName").map(text) ?? [];
  for (const label of missing(inner, named))
    problem(`${name} by or without ${label}: its series have no such label`);
  if (inner.form !== "vector") problem(`${name} needs values at one time, not a ${inner.form}`);
  if (CHOOSING.has(name)) return inner;
  const labels = modifier?.getChild("Without") ? without(inner, named) : new Set(named);
  const buckets = inner.buckets && (labels === null || labels.has("le"));
  return { form: "vector", labels, counter: inner.counter && !COUNTING.has(name), buckets };
}
