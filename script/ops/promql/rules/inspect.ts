import type { SyntaxNode, Tree } from "@lezer/common";
import { parser } from "@prometheus-io/lezer-promql";
import { aggregated } from "./aggregate.ts";
import { called } from "./call.ts";
import { combined } from "./combine.ts";
import type { Inspection } from "./inspection.ts";
import type { Known } from "./series.ts";
import { ANYTHING, missing, SCALAR, STRING, type Value } from "./value.ts";

export interface Inspected {
  /** For people; empty if nothing is wrong. */
  readonly problems: readonly string[];
  readonly value: Value;
}

/** In a comment of an expression: it uses a counter as it is, and why that is right. */
const BARE_COUNTER = /#\s*bare counter: \S/;

/**
 * Finds in a PromQL expression, without data, what makes it useless or wrong: metrics and labels that nothing exports, `rate` of a
 * gauge, a counter without `rate`, a quantile of what has no buckets, sides that can never match. It does not know every rule of
 * PromQL: Prometheus refuses the rest itself.
 */
export function inspect(expression: string, known: Known): Inspected {
  const problems: string[] = [];
  const tree = parser.parse(expression);
  const at = firstError(tree);
  if (at !== null) {
    return { problems: [`does not parse at “${expression.slice(at, at + 20)}”`], value: ANYTHING };
  }
  const inspection: Inspection = {
    value: (node) => valueOf(node, inspection, known),
    text: (node) => expression.slice(node.from, node.to),
    problem: (words) => void problems.push(words),
  };
  const value = tree.topNode.firstChild ? inspection.value(tree.topNode.firstChild) : ANYTHING;
  if (value.form === "range") problems.push("gives ranges, not values");
  if (value.counter && !BARE_COUNTER.test(expression)) {
    problems.push("shows a counter without rate or increase, so it falls to 0 at each restart");
  }
  return { problems: [...new Set(problems)], value };
}

function firstError(tree: Tree): number | null {
  let at: number | null = null;
  tree.iterate({
    enter: ({ type, from }) => {
      if (type.isError) at ??= from;
    },
  });
  return at;
}

/** @throws Error if the grammar has an expression of a kind that is not listed here */
function valueOf(node: SyntaxNode, inspection: Inspection, known: Known): Value {
  switch (node.name) {
    case "NumberDurationLiteral":
      return SCALAR;
    case "StringLiteral":
      return STRING;
    case "VectorSelector":
      return selected(node, inspection, known);
    case "MatrixSelector":
    case "SubqueryExpr":
      return { ...inspection.value(firstPart(node)), form: "range" };
    case "ParenExpr":
    case "OffsetExpr":
    case "StepInvariantExpr":
      return inspection.value(firstPart(node));
    case "UnaryExpr":
      return inspection.value(node.lastChild ?? node);
    case "FunctionCall":
      return called(node, inspection);
    case "AggregateExpr":
      return aggregated(node, inspection);
    case "BinaryExpr":
      return combined(node, inspection);
    default:
      throw new Error(`The check of expressions does not know ${node.name}`);
  }
}

function firstPart(node: SyntaxNode): SyntaxNode {
  let part = node.firstChild;
  while (part?.name === "LineComment") part = part.nextSibling;
  if (!part) throw new Error(`${node.name} is empty`);
  return part;
}

function selected(node: SyntaxNode, { text, problem }: Inspection, known: Known): Value {
  const name = node.getChild("Identifier");
  if (!name) {
    problem(`${text(node)} names no metric`);
    return ANYTHING;
  }
  const series = known.get(text(name));
  if (!series) {
    problem(`nothing exports ${text(name)}`);
    return ANYTHING;
  }
  const { kind, labels } = series;
  const value: Value = { form: "vector", labels, counter: kind !== "gauge", buckets: kind === "bucket" };
  for (const label of missing(value, matchedLabels(node).map(text))) {
    problem(`${text(name)} has no label ${label}`);
  }
  return value;
}

function matchedLabels(node: SyntaxNode): SyntaxNode[] {
  const matchers = node.getChild("LabelMatchers")?.getChildren("UnquotedLabelMatcher") ?? [];
  return matchers.flatMap((matcher) => matcher.getChildren("LabelName"));
}
