import type { IncomingHttpHeaders } from "node:http";
import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { OrbError, type Refusal } from "../../src/errors.ts";
import { EventStream } from "../../src/http/event-stream.ts";
import type { HttpServer } from "../../src/http/http-server.ts";
import type { OutboxParts } from "../../src/outbox/subject.ts";
import { isProjectId } from "../../src/signals/signal.ts";

const STREAMS_MAX = 200;
const TOKEN_EVERY_MS = 1_000;

const query = z.strictObject({
  project: z.string().refine(isProjectId, "must be the id of a project").optional(),
});

const STREAM = {
  querystring: query,
  response: { 200: z.string() },
  operation: {
    id: "streamEvents",
    tag: "Events",
    summary: "Receive events as they happen",
    description:
      "Server-Sent Events; the data of each is a CloudEvent in JSON. With the id of the last event as `Last-Event-ID` the stream goes on behind it, and nothing is left out. The last event, `orb.stream.end`, says why a stream ends.",
    problems: ["events_gone", "too_many_streams"],
    headers: z.object({
      "Last-Event-ID": z
        .string()
        .optional()
        .meta({ description: "The id of the last event that was received." }),
    }),
    answers: "text/event-stream",
  },
} as const;

const CUT_OFF: Refusal = {
  code: "cut_off",
  reason: "The bot was cut off from its database, or is stopping.",
  remedy: "Connect again with the id of the last event as Last-Event-ID: nothing is left out.",
};
const NO_TOKEN: Refusal = {
  code: "unauthenticated",
  reason: "The token of this stream is no longer good.",
  remedy: "Connect again with another token.",
};

/** `GET /api/v1/events`: the events for the Meta-Agent as Server-Sent Events. */
export function eventRoutes(server: HttpServer, { feed }: OutboxParts): void {
  const open = new Set<EventStream>();
  let opening = 0;
  server.addHook("preClose", (done) => {
    for (const stream of open) stream.end(CUT_OFF);
    done();
  });
  server.get(
    "/api/v1/events",
    { config: { access: "read" }, exposeHeadRoute: false, schema: STREAM },
    async (request, reply) => {
      if (open.size + opening >= STREAMS_MAX) throw tooMany();
      const { project } = request.query;
      const stream = Promise.withResolvers<EventStream>();
      opening += 1;
      const reading = feed.read(
        {
          onEvent: ({ place, type, json, ...event }) => {
            if (project !== undefined && event.project !== project) return;
            void stream.promise.then((opened) => opened.send({ id: place, type, data: json }));
          },
          onEnd: () => void stream.promise.then((opened) => opened.end(CUT_OFF)),
        },
        lastEventId(request.headers),
      );
      const leave = await reading.finally(() => (opening -= 1));
      // Until here an error is an answer of its own.
      if (reply.raw.destroyed) {
        leave();
        return;
      }
      const opened = new EventStream(reply, () => {
        leave();
        clearInterval(watch);
        open.delete(opened);
      });
      const watch = setInterval(() => void endWithoutToken(request, opened), TOKEN_EVERY_MS);
      open.add(opened);
      stream.resolve(opened);
    },
  );
}

/** A token may be revoked while its stream is open. If that can't be found out, the stream stays. */
async function endWithoutToken(request: FastifyRequest, stream: EventStream): Promise<void> {
  const caller = await request.lookUpCaller().catch(() => request.caller);
  if ((caller?.actor ?? null) === null) stream.end(NO_TOKEN);
}

/** Browsers send it as a header when they connect again. */
function lastEventId({ "last-event-id": id }: IncomingHttpHeaders): string | null {
  return typeof id === "string" && id !== "" ? id : null;
}

function tooMany(): OrbError {
  return new OrbError({
    code: "too_many_streams",
    reason: `${STREAMS_MAX} streams of events are open at this process of the bot, which is its limit.`,
    remedy: "Close streams that nobody reads, or try again after the time in Retry-After.",
  });
}
