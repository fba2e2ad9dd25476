import type { Readable } from "node:stream";
import type { FastifyRequest } from "fastify";
import type { DeliveryHeaders } from "../../src/deliveries/intake.ts";
import type { InboxParts } from "../../src/deliveries/subject.ts";
import type { HttpServer } from "../../src/http/http-server.ts";

export const WEBHOOKS_PATH = "/api/github/webhooks";
/** Longer than the intake's own time-outs, whose answers say more. */
const ANSWER_WITHIN_MS = 60_000;

/**
 * `POST /api/github/webhooks`: a signed delivery is stored and then answered with 202. The intake reads the body, and
 * stops as soon as it must refuse it; Fastify then closes the connection.
 */
export function webhookRoutes(server: HttpServer, { intake }: InboxParts): void {
  void server.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", async ({ headers }: FastifyRequest, payload: Readable) =>
      intake.accept(payload, headers as DeliveryHeaders),
    );
    const config = {
      access: "open",
      accepts: ["application/json"],
      answerWithinMs: ANSWER_WITHIN_MS,
    } as const;
    scope.post(WEBHOOKS_PATH, { config }, async ({ body, headers, raw }, reply) => {
      // Fastify calls no parser if there is no body.
      const accepted = body ?? (await intake.accept(raw, headers));
      return reply.status(202).send(accepted);
    });
  });
}
