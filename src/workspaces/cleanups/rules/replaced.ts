import type { StoredCleanup } from "../cleanup.ts";

type Wished = Pick<StoredCleanup, "at" | "unpushed">;

/**
 * What a further wish changed about a clean-up that was scheduled before, in a sentence; `null` if nothing that was asked for is lost
 * with it. A time that has passed only meant "now".
 */
export function whatWasReplaced(
  before: Wished & Pick<StoredCleanup, "by">,
  after: Wished,
  now: Date,
): string | null {
  const isLater = before.at > now || after.at > now;
  const changes = [
    ...(isLater && before.at.getTime() !== after.at.getTime()
      ? [`\`at\` was ${before.at.toISOString()}`]
      : []),
    ...(before.unpushed === after.unpushed ? [] : [`\`unpushed\` was ${before.unpushed}`]),
  ];
  return changes.length === 0
    ? null
    : `This replaces what ${before.by} scheduled: ${changes.join(", and ")}.`;
}
