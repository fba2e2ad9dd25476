// Finds the route of a request.

import findMyWay, { type HTTPMethod } from "find-my-way";
import type { Route } from "./route.ts";

/** Branch names and file paths are longer than the router's default of 100. */
const PARAMETER_LENGTH_MAX = 4_096;

export interface RouteMatch {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

export class RouteTable {
  readonly #router = findMyWay({ maxParamLength: PARAMETER_LENGTH_MAX });

  constructor(routes: readonly Route[]) {
    for (const route of routes) {
      this.#router.on(route.method, pattern(route.template), () => undefined, route);
    }
  }

  /** `path` is still percent-encoded; the parameters are decoded. */
  match(method: string, path: string): RouteMatch | null {
    const found = this.#router.find(method as HTTPMethod, path);
    if (!found) return null;
    const route = found.store as Route;
    const slashed = slashedParameter(route.template);
    const params = Object.entries(found.params).map(([name, value = ""]) => [
      name === "*" ? slashed : name,
      value,
    ]);
    return { route, params: Object.fromEntries(params) as Record<string, string> };
  }
}

/** The last parameter of contents and refs, which may contain unescaped slashes. */
function slashedParameter(template: string): string | null {
  return /\{(path|ref)\}$/.exec(template)?.[1] ?? null;
}

function pattern(template: string): string {
  const slashed = slashedParameter(template);
  const open = slashed === null ? template : template.replace(/\{(path|ref)\}$/, "*");
  return open.replaceAll(/\{(\w+)\}/g, ":$1");
}
