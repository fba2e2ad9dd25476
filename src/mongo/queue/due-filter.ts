/**
 * The filter that finds what is due by a time of the document; the same rule as `dueAtMs` in `src/work/rules/due.ts`. An index
 * on the field serves it with one search of two ranges.
 *
 * @param field the name of the time, such as `work.dueAt`
 * @param waitMsMax the longest wait that may have been stored, in milliseconds
 */
export function dueFilter(field: string, { now, waitMsMax }: { now: Date; waitMsMax: number }) {
  const aheadMax = new Date(now.getTime() + waitMsMax);
  return { $or: [{ [field]: { $lte: now } }, { [field]: { $gt: aheadMax } }] };
}
