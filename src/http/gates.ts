import type { RouteOptions } from "fastify";
import { OrbError } from "../errors.ts";
import type { Dependency, Gates } from "./dependency.ts";
import type { HttpServer } from "./http-server.ts";

const API_PATH = "/api/v1/";

/**
 * Refuses a request at once if something that its route needs is away, so that nobody waits for a time-out. Without
 * `config.needs`, a route of the API that is not open to everybody needs MongoDB.
 *
 * @throws OrbError `mongodb_unavailable`, `github_unavailable`: answered with 503 and `Retry-After`
 */
export function guardDependencies(server: HttpServer, gates: Gates): void {
  server.addHook("onRoute", (route) => {
    route.config = { ...route.config, needs: route.config?.needs ?? needsOf(route) };
  });
  server.addHook("onRequest", (request, _reply, done) => {
    const { access, needs = [] } = request.routeOptions.config;
    const { authorization, cookie } = request.headers;
    // Nobody is refused for that, whatever is away; to find out whether a token or a session is good takes MongoDB.
    const isRefusedAnyway = access !== "open" && (authorization ?? cookie) === undefined;
    for (const name of isRefusedAnyway ? [] : needs) {
      const problem = gates[name].problem();
      if (problem !== null) return done(new OrbError(problem));
    }
    done();
  });
}

/** Somebody got no answer from this route in time. */
export function suspectNeeds({ needs = [] }: { readonly needs?: readonly Dependency[] }, gates: Gates): void {
  for (const name of needs) gates[name].suspect?.();
}

function needsOf({ url, config }: Pick<RouteOptions, "url" | "config">): readonly Dependency[] {
  return url.startsWith(API_PATH) && config?.access !== "open" ? ["mongodb"] : [];
}
