import type { FastifyContextConfig, FastifySchema } from "fastify";
import type { HttpServer } from "../http-server.ts";

/** A route of the server, as far as the API's description needs it. */
export interface Route {
  /** Such as `GET`. */
  readonly method: string;
  /** Such as `/api/v1/projects/:id`. */
  readonly url: string;
  readonly config: FastifyContextConfig;
  readonly schema: FastifySchema;
}

/**
 * Collects the routes that are added from now on, without Fastify's own for `HEAD`.
 *
 * @returns a list that grows: some routes are added only when the server gets ready
 */
export function collectRoutes(server: HttpServer): readonly Route[] {
  const routes: Route[] = [];
  server.addHook("onRoute", ({ method, url, config = {}, schema = {} }) => {
    for (const each of [method].flat()) {
      if (each !== "HEAD") routes.push({ method: each, url, config, schema });
    }
  });
  return routes;
}
