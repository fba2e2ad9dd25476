/** Ends a walk that was told to stop. What it has not removed yet is still there. */
export class WalkStopped extends Error {
  override readonly name = "WalkStopped";
}
