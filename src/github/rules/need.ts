/** GitHub's names of the App permissions that the bot uses. */
type Permission =
  | "metadata"
  | "contents"
  | "pull_requests"
  | "issues"
  | "checks"
  | "statuses"
  | "merge_queues"
  | "actions"
  | "administration"
  | "members";

/** One permission at one level. */
export type Need = `${Permission}: ${"read" | "write"}`;

/** All of these are needed; of an inner list, any one. Empty: no permission is needed. */
export type Needs = readonly (Need | readonly Need[])[];

const RANK: Readonly<Record<string, number>> = { read: 1, write: 2, admin: 3 };

/** Whether the permissions of an installation, such as `{ checks: "write" }`, are enough for a need. */
export function isGranted(granted: Readonly<Record<string, string>>, need: Need): boolean {
  const [permission = "", level = ""] = need.split(": ");
  return rankOf(granted[permission]) >= rankOf(level);
}

function rankOf(level: string | undefined): number {
  return level === undefined ? 0 : (RANK[level] ?? 0);
}
