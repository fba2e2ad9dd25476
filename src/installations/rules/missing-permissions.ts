import type { Refusal } from "../../errors.ts";
import { isGranted } from "../../github/rules/need.ts";
import { ASKED_PERMISSIONS } from "../../github/rules/permissions.ts";

export interface MissingPermission extends Refusal {
  readonly permission: string;
  /** Without a required permission, no pull request can be opened; without another, the bot does less. */
  readonly required: boolean;
}

/**
 * The permissions that the App asks for and an installation does not grant, each with what does not work without it.
 * Until an owner approves new permissions, the old ones stay in force:
 * https://docs.github.com/en/apps/using-github-apps/approving-updated-permissions-for-a-github-app
 *
 * @param granted levels by GitHub's names, such as `{ checks: "read" }`
 */
export function missingPermissions(granted: Readonly<Record<string, string>>): MissingPermission[] {
  return ASKED_PERMISSIONS.filter(({ need }) => !isGranted(granted, need)).map(
    ({ permission, need, uses }) => {
      const lost = uses.filter(({ of }) => !isGranted(granted, of));
      return {
        permission,
        required: lost.some(({ kind }) => kind === "required"),
        code: "permission_missing",
        reason: `The installation does not grant ${need}, so ${lost.map(({ without }) => without).join("; ")}.`,
        remedy:
          "An owner of the account approves the permissions of the App on its installation's settings page.",
      };
    },
  );
}
