// Cuts what some routes need out of the table that GitHub publishes.

import type { PermissionLevel, Permissions } from "../state.ts";

/** `server-to-server-permissions.json` of https://github.com/github/docs, as far as it is read here. */
export type PermissionsDocument = Readonly<
  Record<
    string,
    {
      readonly permissions: readonly {
        readonly verb: string;
        readonly requestPath: string;
        readonly access: PermissionLevel;
        readonly "server-to-server": boolean;
      }[];
    }
  >
>;

/**
 * The sets of permissions by route, of which any one is enough.
 *
 * GitHub lists a route under each permission that some set of it has, and does not say which belong together:
 * "Multiple permissions are required, or a different permission may be used." It lists a route twice under a permission
 * that is in two sets; then that one alone is the smallest (`contents`, where `contents` and `workflows` is the other).
 * Of the routes here no set has two permissions: each one's page says "at least one of the following permission sets".
 *
 * @param routes such as `GET /repos/{owner}/{repo}`
 * @param ofPeople those of them that GitHub answers only to the tokens of people
 */
export function cutPermissions(
  document: PermissionsDocument,
  routes: readonly string[],
  ofPeople: readonly string[] = [],
): Record<string, Permissions[]> {
  const entries = Object.entries(document).flatMap(([permission, { permissions }]) =>
    permissions
      .map((each) => ({ ...each, route: `${each.verb.toUpperCase()} ${each.requestPath}` }))
      .filter(({ route, ...each }) => each["server-to-server"] || ofPeople.includes(route))
      .map(({ route, access }) => ({ route, permission, access })),
  );
  const byRoute = Map.groupBy(entries, ({ route }) => route);
  return Object.fromEntries(
    routes.toSorted().map((route) => {
      const listed = byRoute.get(route);
      if (!listed) throw new Error(`GitHub's table has no ${route}`);
      const twice = listed.filter((one) => listed.some((other) => other !== one && isSame(one, other)));
      const sets = twice.length > 0 ? twice.slice(0, 1) : listed;
      return [route, sets.map(({ permission, access }) => ({ [permission]: access }))];
    }),
  );
}

function isSame(one: { permission: string }, other: { permission: string }): boolean {
  return one.permission === other.permission;
}
