// Compares granted with needed permissions.

import type { CollaboratorRole, PermissionLevel, Permissions } from "../state.ts";

const RANK: Record<PermissionLevel, number> = { read: 1, write: 2, admin: 3 };
const ROLE_RANK: Record<CollaboratorRole, number> = { read: 1, triage: 1, write: 2, maintain: 2, admin: 3 };

/** Whether every needed permission is granted at its level or a higher one. */
export function grants(granted: Permissions, needed: Permissions): boolean {
  return Object.entries(needed).every(([name, level]) => {
    const has = granted[name];
    return has !== undefined && RANK[has] >= RANK[level];
  });
}

/** Whether a person's role covers all needed permissions. */
export function roleGrants(role: CollaboratorRole, needed: Permissions): boolean {
  return Object.values(needed).every((level) => ROLE_RANK[role] >= RANK[level]);
}

/**
 * `X-Accepted-GitHub-Permissions`: a comma joins permissions that are needed together, a semicolon separates
 * alternatives.
 * https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api
 */
export function acceptedPermissions(alternatives: readonly Permissions[]): string {
  return alternatives
    .map((needed) =>
      Object.entries(needed)
        .map(([name, level]) => `${name}=${level}`)
        .join(","),
    )
    .join("; ");
}
