import type { CleanupStep, StoredCleanup } from "../cleanup.ts";

const UNTOUCHED: ReadonlySet<CleanupStep> = new Set<CleanupStep>(["planned", "checked", "archived"]);

/** Whether nothing was done to the workspace yet, by what was stored last. */
export function isUntouched({ step }: Pick<StoredCleanup, "step">): boolean {
  return UNTOUCHED.has(step);
}
