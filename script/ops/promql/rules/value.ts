/** What an expression gives, as far as it is known without data. */
export interface Value {
  readonly form: "scalar" | "string" | "vector" | "range";
  /** Every label that its series can have; `null` if any. */
  readonly labels: ReadonlySet<string> | null;
  /** It still counts from the start of a process. */
  readonly counter: boolean;
  /** Its series are the buckets of histograms. */
  readonly buckets: boolean;
}

const NONE: ReadonlySet<string> = new Set();

export const SCALAR: Value = { form: "scalar", labels: NONE, counter: false, buckets: false };
export const STRING: Value = { ...SCALAR, form: "string" };
/** One series without labels. */
export const BARE: Value = { ...SCALAR, form: "vector" };
/** After a mistake: whatever is done with it is no further mistake. */
export const ANYTHING: Value = { ...BARE, labels: null };

/** @returns those labels that the value can't have */
export function missing({ labels }: Value, wanted: readonly string[]): string[] {
  return labels === null ? [] : wanted.filter((label) => !labels.has(label));
}

export function without({ labels }: Value, removed: readonly string[]): ReadonlySet<string> | null {
  return labels && new Set([...labels].filter((label) => !removed.includes(label)));
}

export function union(one: Value, other: Value): ReadonlySet<string> | null {
  return one.labels && other.labels && new Set([...one.labels, ...other.labels]);
}

/** Labels for people, in one order. */
export function listed(labels: Iterable<string>): string {
  return [...labels].toSorted().join(", ") || "no labels";
}
