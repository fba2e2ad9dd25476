import type { KeepReason } from "../../keep-reason.ts";
import type { Kept, KeptBy, Owner } from "../workspace.ts";

/** Of each of the two that keep: retention, and the last clean-up. */
export const KEPT_MAX = 50;

/**
 * The reasons of a record after one of the two that keep was asked again. A code that is still there keeps its age, also if
 * its sentence changed; the reasons of the other one stay as they are.
 *
 * @param found none if it keeps the workspace no longer. Of several with one code the first counts
 * @param ownerOf who decides about a reason
 */
export function keptAfter(
  before: readonly Kept[],
  found: readonly KeepReason[],
  { by, now, ownerOf }: { by: KeptBy; now: Date; ownerOf: (reason: KeepReason) => Owner },
): readonly Kept[] {
  const others = before.filter((one) => one.by !== by);
  const since = new Map(before.filter((one) => one.by === by).map((one) => [one.code, one.since]));
  const first = found.filter(({ code }, index) => found.findIndex((one) => one.code === code) === index);
  const fresh = first.slice(0, KEPT_MAX).map((one) => {
    const { code, reason, remedy } = one;
    return { by, code, reason, remedy, since: since.get(code) ?? now, owner: ownerOf(one) };
  });
  return [...others, ...fresh];
}
