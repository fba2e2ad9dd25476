import { z } from "zod";
import { DELIVERY_STATUSES, type DeliveryMetadata } from "../../src/deliveries/store.ts";
import { OrbError } from "../../src/errors.ts";
import { pageOf, pageQuery, toPage } from "../../src/http/page.ts";
import { readTimeCursor, timePlace } from "../../src/http/time-place.ts";
import type { InboxParts } from "../../src/deliveries/subject.ts";
import type { HttpServer } from "../../src/http/http-server.ts";
import { delivery } from "./answers/delivery.ts";
import { noBody } from "./schemas/no-body.ts";

const listQuery = z.strictObject({ ...pageQuery, status: z.enum(DELIVERY_STATUSES).optional() });
const params = z.object({ id: z.string() });

const LIST = {
  querystring: listQuery,
  response: { 200: pageOf(delivery, "DeliveryPage") },
  operation: {
    id: "listDeliveries",
    tag: "Deliveries",
    summary: "List deliveries",
    description: "The webhooks that GitHub has sent, the newest first.",
  },
} as const;
const REPLAY = {
  params,
  body: noBody,
  response: { 202: z.object({ deliveryId: z.string(), outcome: z.literal("replayed") }) },
  operation: {
    id: "replayDelivery",
    tag: "Deliveries",
    summary: "Handle a delivery again",
    problems: ["not_found", "delivery_pending"],
  },
} as const;

/** `/api/v1/deliveries`: the inbox of webhooks, without their payloads. */
export function deliveryRoutes(server: HttpServer, { store, now }: InboxParts): void {
  server.get(
    "/api/v1/deliveries",
    { config: { access: "admin" }, schema: LIST },
    async ({ query: { limit, cursor, status } }) => {
      const before = readTimeCursor(cursor);
      const rows = await store.list({ status }, { before, limit: limit + 1 });
      const idOf = ({ receivedAt, _id }: DeliveryMetadata) => timePlace(receivedAt, _id);
      return toPage(rows, { limit, idOf, show: showDelivery });
    },
  );

  server.post(
    "/api/v1/deliveries/:id/replay",
    { config: { access: "admin" }, schema: REPLAY },
    async ({ params: { id } }, reply) => {
      const outcome = await store.replay(id, now());
      if (outcome === "replayed") return reply.status(202).send({ deliveryId: id, outcome });
      throw outcome === "pending" ? isPending() : isUnknown(id);
    },
  );
}

function isPending(): OrbError {
  return new OrbError({
    code: "delivery_pending",
    reason: "The delivery is not processed yet, so it needs no replay.",
    remedy: "Wait for it. GET /api/v1/deliveries shows what it waits for.",
  });
}

function isUnknown(id: string): OrbError {
  return new OrbError({
    code: "not_found",
    reason: `No delivery has the id ${JSON.stringify(id)}.`,
    remedy: "GET /api/v1/deliveries lists the stored deliveries. Older ones can be redelivered on GitHub.",
  });
}

function showDelivery({ _id, work, ...delivery }: DeliveryMetadata) {
  const { event, action, repository, installationId, receivedAt, size, status } = delivery;
  const { outcome, because, problem, replays } = delivery;
  const metadata = { id: _id, event, action, repository, installationId, receivedAt, size, status };
  const { attempts, crashed = [] } = work;
  const course = { outcome, because, problem, attempts, crashes: crashed.length, replays };
  return { ...metadata, ...course, nextAttemptAt: work.dueAt };
}
