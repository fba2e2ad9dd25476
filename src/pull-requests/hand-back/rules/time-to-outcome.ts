/** Seconds from the completion to the merge or the closing; 0 where the agents completed it anew only after that. */
export function secondsToOutcome({
  completedAt,
  outcomeAt,
}: {
  readonly completedAt: Date;
  readonly outcomeAt: Date;
}): number {
  return Math.max(0, (outcomeAt.getTime() - completedAt.getTime()) / 1000);
}
