import type { Readable } from "node:stream";
import type { FastifyRequest } from "fastify";
import { z } from "zod";
import type { DeliveryHeaders } from "../../src/deliveries/intake.ts";
import type { InboxParts } from "../../src/deliveries/subject.ts";
import type { HttpServer } from "../../src/http/http-server.ts";
import { acceptedDelivery } from "./answers/delivery.ts";

export const WEBHOOKS_PATH = "/api/github/webhooks";
/** Longer than the intake's own time-outs, whose answers say more. */
const ANSWER_WITHIN_MS = 60_000;

const RECEIVE = {
  response: { 202: acceptedDelivery },
  operation: {
    id: "receiveWebhook",
    tag: "Deliveries",
    summary: "Receive a webhook of GitHub",
    description:
      "For GitHub alone: the signature takes the place of a token. The answer comes once the delivery is stored.",
    problems: ["bad_signature", "unreadable_payload", "request_timeout", "no_temporary_space", "overloaded"],
    body: z.looseObject({}).meta({ description: "The payload of the event, as GitHub sends it." }),
    headers: z.object({
      "X-GitHub-Delivery": z.string().regex(/^[\w.:-]{1,128}$/),
      "X-GitHub-Event": z.string().regex(/^[a-z0-9_]{1,64}$/),
      "X-Hub-Signature-256": z.string(),
    }),
  },
} as const;

/**
 * `POST /api/github/webhooks`: a signed delivery is stored and then answered with 202. The intake reads the body, and
 * stops as soon as it must refuse it; Fastify then closes the connection.
 */
export function webhookRoutes(server: HttpServer, { intake }: InboxParts): void {
  void server.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    // By name too: Fastify finds the parser of a type that it knows with one look, and of any other with a new pattern each time.
    scope.addContentTypeParser(
      ["application/json", "*"],
      async ({ headers, id }: FastifyRequest, payload: Readable) =>
        intake.accept(payload, headers as DeliveryHeaders, id),
    );
    const config = {
      access: "open",
      // Those of GitHub. A wrong signature is counted when it is known: src/http/limit-requests.ts.
      limit: "none",
      accepts: ["application/json"],
      answerWithinMs: ANSWER_WITHIN_MS,
    } as const;
    scope.post(WEBHOOKS_PATH, { config, schema: RECEIVE }, async ({ body, headers, raw, id }, reply) => {
      // Fastify calls no parser if there is no body.
      const accepted = body ?? (await intake.accept(raw, headers, id));
      return reply.status(202).send(accepted);
    });
  });
}
