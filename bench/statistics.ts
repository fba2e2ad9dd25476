/** The upper one of the two in the middle, if their number is even; NaN of none. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** For a table. */
export function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
