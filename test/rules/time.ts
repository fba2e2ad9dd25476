/** A time that a test passes in; the rules themselves know no clock. */
export function at(time: string | number): Date {
  // oxlint-disable-next-line no-restricted-globals -- what a rule is given has times
  return new Date(time);
}
