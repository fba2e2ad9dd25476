import type { SyntaxNode } from "@lezer/common";
import type { Inspection } from "./inspection.ts";
import { argumentsOf } from "./arguments.ts";
import { ANYTHING, BARE, missing, SCALAR, type Value, without } from "./value.ts";

/** They need counters, and turn them into changes. */
const OF_COUNTERS = new Set(["rate", "irate", "increase", "resets"]);
/** They need gauges: a restart would look like a large change. */
const OF_GAUGES = new Set(["delta", "idelta", "deriv", "predict_linear", "double_exponential_smoothing"]);
/** They only look whether there is something. */
const PRESENCE = new Set(["absent", "absent_over_time", "present_over_time", "count_over_time"]);
const WITHOUT_SERIES = new Set(["time", "pi", "scalar"]);

/** What a call of a function gives. */
export function called(node: SyntaxNode, inspection: Inspection): Value {
  const { value, text, problem } = inspection;
  const identifier = node.getChild("FunctionIdentifier");
  const name = identifier ? text(identifier) : "";
  const parts = argumentsOf(node);
  const values = parts.map(value);
  if (WITHOUT_SERIES.has(name)) return SCALAR;
  if (name === "vector") return BARE;
  const subject = values.find(({ form }) => form === "vector" || form === "range");
  if (!subject) return BARE;
  checkForm(name, subject, problem);
  if (PRESENCE.has(name)) return { ...ANYTHING, labels: name.startsWith("absent") ? null : subject.labels };
  if (OF_COUNTERS.has(name) && !subject.counter && subject.labels !== null) problem(`${name} of a gauge`);
  if (OF_GAUGES.has(name) && subject.counter) problem(`${name} of a counter`);
  if (name === "histogram_quantile") return quantile(subject, problem);
  if (name === "label_replace" || name === "label_join") return relabelled(subject, parts[1], inspection);
  return { ...subject, form: "vector", counter: subject.counter && !OF_COUNTERS.has(name) };
}

function checkForm(name: string, { form }: Value, problem: Inspection["problem"]): void {
  const needsRange =
    name.endsWith("_over_time") || name === "changes" || OF_COUNTERS.has(name) || OF_GAUGES.has(name);
  if (needsRange && form !== "range") problem(`${name} needs a range such as [5m]`);
  if (!needsRange && form === "range") problem(`${name} needs values at one time, not a range`);
}

function quantile(subject: Value, problem: Inspection["problem"]): Value {
  const hasBuckets = subject.labels === null || (subject.buckets && missing(subject, ["le"]).length === 0);
  if (!hasBuckets) problem("histogram_quantile needs the series of a _bucket, by le");
  return { ...subject, labels: without(subject, ["le"]), buckets: false };
}

function relabelled(subject: Value, target: SyntaxNode | undefined, { text }: Inspection): Value {
  const added = target ? [text(target).slice(1, -1)] : [];
  return { ...subject, form: "vector", labels: subject.labels && new Set([...subject.labels, ...added]) };
}
