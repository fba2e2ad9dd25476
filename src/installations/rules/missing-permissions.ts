import type { Refusal } from "../../errors.ts";

export type Level = "read" | "write" | "admin";

interface PublishRequest {
  readonly level: Level;
  /** Without a required one no pull request can be opened; without another the bot does less. */
  readonly required: boolean;
  /** What does not happen without it. */
  readonly without: string;
}

/** What app.yml asks for; a test holds the two against each other. */
const WANTED_PERMISSIONS: Readonly<Record<string, PublishRequest>> = {
  metadata: { level: "read", required: true, without: "repositories can't be seen" },
  contents: {
    level: "read",
    required: true,
    without: "branches can't be read and GitHub opens no pull request",
  },
  pull_requests: { level: "write", required: true, without: "pull requests can't be opened or described" },
  issues: {
    level: "write",
    required: false,
    without: "labels that are missing can't be created, and comments are not answered",
  },
  checks: {
    level: "write",
    required: false,
    without: "the check run orb can't be written, and the checks of others are not seen",
  },
  statuses: { level: "read", required: false, without: "commit statuses are not seen" },
  merge_queues: {
    level: "read",
    required: false,
    without: "a merge queue that requires the check orb waits for it",
  },
};

export interface MissingPermission extends Refusal {
  readonly permission: string;
  readonly required: boolean;
}

const RANK: Readonly<Record<string, number>> = { read: 1, write: 2, admin: 3 };

/**
 * What an installation does not grant of what the bot asks for. An owner who approves nothing keeps the permissions of
 * before: https://docs.github.com/en/apps/using-github-apps/approving-updated-permissions-for-a-github-app
 */
export function missingPermissions(granted: Readonly<Record<string, string>>): MissingPermission[] {
  return Object.entries(WANTED_PERMISSIONS)
    .filter(([permission, { level }]) => rank(granted[permission]) < rank(level))
    .map(([permission, { level, required, without }]) => ({
      permission,
      required,
      code: "permission_missing",
      reason: `The installation does not grant ${permission}: ${level}, so ${without}.`,
      remedy:
        "An owner of the account approves the permissions of the App on its installation's settings page.",
    }));
}

function rank(level: string | undefined): number {
  return level === undefined ? 0 : (RANK[level] ?? 0);
}
