import { z } from "zod";
import type { ApiDescription } from "../../src/http/contract/describe-api.ts";
import type { HttpServer } from "../../src/http/http-server.ts";

const DESCRIPTION = {
  response: { 200: z.looseObject({ openapi: z.string() }) },
  operation: {
    id: "getDescription",
    tag: "System",
    summary: "Read the description of the API",
    description: "This document, in OpenAPI 3.1.",
  },
} as const;

/** `GET /api/v1/openapi.json`: the API's description for programs. */
export function descriptionRoutes(server: HttpServer, describe: () => ApiDescription): void {
  let text: string | null = null;
  server.get(
    "/api/v1/openapi.json",
    { config: { access: "open" }, schema: DESCRIPTION },
    async (_request, reply) => {
      // Made when it is first asked for: most processes never are.
      text ??= JSON.stringify(describe());
      return reply.type("application/json").send(text as unknown as { openapi: string });
    },
  );
}
