const OUTAGES: ReadonlySet<string> = new Set([
  "mongodb_unavailable",
  "redis_unavailable",
  "github_unavailable",
]);

/** Whether everything that fails with this code fails for one reason. */
export function isOutage(code: string): boolean {
  return OUTAGES.has(code);
}
