import { inspect } from "./inspect.ts";
import type { Known, Series } from "./series.ts";
import { listed, missing } from "./value.ts";

/** A rule of Prometheus that records a series, or that raises an alert. */
export interface Rule {
  /** The recorded series; `null` for an alert. */
  readonly record: string | null;
  readonly alert: string | null;
  readonly expr: string;
  /** Names of the labels that it adds. */
  readonly labels: readonly string[];
  /** All texts of its labels and annotations. */
  readonly texts: readonly string[];
}

/** The known series and those that rules record. A rule may use what any other records, and several may record one name. */
export function withRules(known: Known, rules: readonly Rule[]): Known {
  const all = new Map<string, Series>(known);
  // Each pass can resolve at least one more rule of a chain; most files have none.
  for (let pass = 0, before = ""; pass < rules.length; pass++) {
    const recorded = recordedBy(rules, all);
    const now = JSON.stringify([...recorded].map(([name, labels]) => [name, labels && listed(labels)]));
    if (now === before) break;
    before = now;
    for (const [name, labels] of recorded) all.set(name, { kind: "gauge", labels });
  }
  return all;
}

/** By recorded name, the labels that its series can have. */
function recordedBy(rules: readonly Rule[], known: Known): Map<string, Series["labels"]> {
  const recorded = new Map<string, Series["labels"]>();
  for (const { record, expr, labels: added } of rules) {
    if (record === null) continue;
    const { labels } = inspect(expr, known).value;
    const earlier = recorded.get(record) ?? (recorded.has(record) ? null : new Set<string>());
    recorded.set(record, labels && earlier && new Set([...earlier, ...labels, ...added]));
  }
  return recorded;
}

/** The mistakes in a rule. */
export function inspectRule({ expr, labels, texts }: Rule, known: Known): readonly string[] {
  const { problems, value } = inspect(expr, known);
  const used = texts.flatMap((text) => [...text.matchAll(/\$labels\.(\w+)/g)].map(([, label = ""]) => label));
  const unknown = missing(value, used).filter((label) => !labels.includes(label));
  return [
    ...problems,
    ...unknown.map((label) => `its texts use the label ${label}, which its series do not have`),
  ];
}
