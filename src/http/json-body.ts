import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { OrbError } from "../errors.ts";
import { parseJson } from "../input/parse-json.ts";
import type { HttpServer } from "./http-server.ts";

/** The types of bodies that routes take, unless a route names its own. */
export const JSON_TYPES: readonly string[] = [
  "application/json",
  "application/cloudevents+json",
  "application/cloudevents-batch+json",
];

/**
 * Reads JSON bodies strictly: see `parseJson`. A request without a body may name the type that it would have, as many clients always do,
 * if its route needs none.
 */
export function readJson(server: HttpServer): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser([...JSON_TYPES], { parseAs: "buffer" }, (request, body, done) => {
    if (body.length === 0 && needsNoBody(request)) {
      done(null, undefined);
      return;
    }
    const parsed = parseJson(body as Buffer, "The body");
    if ("value" in parsed) {
      done(null, parsed.value);
      return;
    }
    const { refused: reason } = parsed;
    done(
      new OrbError({ code: "bad_request", reason, remedy: "Correct the body. It must be JSON in UTF-8." }),
    );
  });
}

function needsNoBody({ routeOptions: { schema } }: FastifyRequest): boolean {
  const body = schema?.body;
  return !(body instanceof z.ZodType) || body.safeParse(undefined).success;
}
