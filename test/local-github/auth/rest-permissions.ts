// What GitHub demands of an installation's token for a route. The table is GitHub's own; script/cut-permissions.ts renews it.

import { readFileSync } from "node:fs";
import type { Permissions } from "../state.ts";

/** The shape of `rest-permissions.json`. */
export interface RestPermissions {
  readonly source: {
    readonly repository: string;
    readonly path: string;
    readonly commit: string;
    readonly cutBy: string;
  };
  /** By method and route; any one of the sets is enough. */
  readonly routes: Readonly<Record<string, readonly Permissions[]>>;
}

const { routes } = JSON.parse(
  readFileSync(new URL("rest-permissions.json", import.meta.url), "utf8"),
) as RestPermissions;

/** The sets of permissions of which any one is enough. */
export function permissionsFor(method: string, template: string): readonly Permissions[] {
  const found = routes[`${method} ${template}`];
  if (!found)
    throw new Error(`rest-permissions.json lacks ${method} ${template}: run script/cut-permissions.ts`);
  return found;
}
