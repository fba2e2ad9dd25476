import { z } from "zod";
import type { HttpServer } from "../../src/http/http-server.ts";
import type { TraceParts } from "../../src/trace/subject.ts";
import { trace } from "./answers/trace.ts";

const SOURCE_CHARACTERS_MAX = 2_000;

const params = z.object({ id: z.string() });
const OF_DELIVERY = {
  params,
  response: { 200: trace },
  operation: {
    id: "traceDelivery",
    tag: "Deliveries",
    summary: "Follow a delivery through the bot",
    description:
      "From the door to what it led to: pull requests, their check runs, and events. It is read from the stores, so it works without the log.",
    problems: ["not_found"],
  },
} as const;
const OF_SIGNAL = {
  params,
  querystring: z.strictObject({ source: z.string().max(SOURCE_CHARACTERS_MAX).optional() }),
  response: { 200: trace },
  operation: {
    id: "traceSignal",
    tag: "Signals",
    summary: "Follow a signal through the bot",
    description:
      "From the door to what it led to: its project, pull requests, workspaces, clean-ups, and events. `source` is needed only if several sources use the same id.",
    problems: ["not_found", "signal_ambiguous"],
  },
} as const;

/** What became of one delivery or one signal. */
export function traceRoutes(server: HttpServer, { traces }: TraceParts): void {
  server.get(
    "/api/v1/deliveries/:id/trace",
    { config: { access: "admin" }, schema: OF_DELIVERY },
    async ({ params: { id } }) => {
      const { delivery, trace: found } = await traces.ofDelivery(id);
      const { event: type, repository, receivedAt, status } = delivery;
      const about = { kind: "delivery", id, source: null, type, project: null, repository } as const;
      return { ...about, receivedAt, status, ...found };
    },
  );

  server.get(
    "/api/v1/signals/:id/trace",
    { config: { access: "admin" }, schema: OF_SIGNAL },
    async ({ params: { id }, query: { source } }) => {
      const { signal, trace: found } = await traces.ofSignal({ id, source });
      const { type, project, data, receivedAt, status } = signal;
      const repository = "repository" in data ? (data.repository ?? null) : null;
      const about = { kind: "signal", id, source: signal.source, type, project, repository } as const;
      return { ...about, receivedAt, status, ...found };
    },
  );
}
