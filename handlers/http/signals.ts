import { z } from "zod";
import { OrbError, refusalOf } from "../../src/errors.ts";
import type { HttpServer } from "../../src/http/http-server.ts";
import { readArriving } from "../../src/signals/rules/time-ahead.ts";
import { SIGNAL_BYTES_MAX, type Signal } from "../../src/signals/signal.ts";
import type { SignalParts } from "../../src/signals/subject.ts";
import { answer, signal } from "./answers/signal.ts";

const EVENTS_MAX = 100;
/** At most this much of one request is held in memory. The largest batch that the contract allows is bigger, and rare. */
const BODY_BYTES_MAX = 32 * 1024 * 1024;
const required = z.unknown().refine((value) => value !== undefined, "is missing");

const SEND = {
  body: required,
  response: { 202: answer },
  operation: {
    id: "sendSignals",
    tag: "Signals",
    summary: "Send one signal or several",
    description:
      "One CloudEvent, or an array of up to 100. The answer comes once all are stored; the bot acts on them afterwards. `source` and `id` identify a signal: the same one may be sent again, and is then answered as a duplicate. If one is not valid, none is stored.",
    problems: ["bad_signal", "unknown_signal_type", "signal_conflict"],
    body: z.union([signal, z.array(signal).min(1).max(EVENTS_MAX)]),
  },
} as const;

/**
 * `POST /api/v1/signals`: one CloudEvent, or an array of them. If one is not valid, none is stored. One whose `source` and
 * `id` belong to another event is refused alone.
 */
export function signalRoutes(server: HttpServer, { intake, telemetry, now }: SignalParts): void {
  server.post(
    "/api/v1/signals",
    // Senders wait through an election of MongoDB, rather than come again: no gate.
    { config: { access: "signals:write", needs: [] }, bodyLimit: BODY_BYTES_MAX, schema: SEND },
    async ({ body, headers }, reply) => {
      const at = now();
      let signals: Signal[];
      try {
        const events = readEvents(body, Number(headers["content-length"] ?? 0));
        signals = events.map((event, index) => readSignal(event, { index, of: events.length, at }));
      } catch (error) {
        if (error instanceof OrbError) telemetry.refused({ door: "http", problem: refusalOf(error) });
        throw error;
      }
      const { accepted, conflicts } = await intake.accept(signals, { door: "http", at });
      const [first] = conflicts;
      if (first && accepted.length === 0) throw new OrbError(first.problem);
      const refused = conflicts.map(({ id, project, problem: { code, reason, remedy } }) => {
        return { id, project, status: 409 as const, code, detail: reason, remedy };
      });
      return reply.status(202).send({ accepted, ...(refused.length > 0 && { refused }) });
    },
  );
}

function readEvents(body: unknown, bodyBytes: number): unknown[] {
  const events = Array.isArray(body) ? (body as unknown[]) : [body];
  if (events.length < 1 || events.length > EVENTS_MAX) {
    throw new OrbError({
      code: "bad_signal",
      reason: `The array has ${events.length} events, but 1 to ${EVENTS_MAX} are allowed.`,
      remedy: events.length < 1 ? "Send at least one event." : "Send them in smaller arrays.",
    });
  }
  // Only a body over the limit can contain an event over the limit, so usual bodies are not measured again.
  const tooLarge =
    bodyBytes > SIGNAL_BYTES_MAX ? events.findIndex((event) => bytesOf(event) > SIGNAL_BYTES_MAX) : -1;
  if (tooLarge >= 0) {
    throw new OrbError({
      code: "too_large",
      reason: `Event ${tooLarge + 1} of ${events.length} is larger than ${SIGNAL_BYTES_MAX} bytes.`,
      remedy: "Shorten its texts. A summary belongs in it, a log does not.",
    });
  }
  return events;
}

function bytesOf(event: unknown): number {
  return Buffer.byteLength(JSON.stringify(event) ?? "");
}

function readSignal(event: unknown, { index, of, at }: { index: number; of: number; at: Date }): Signal {
  try {
    return readArriving(event, at);
  } catch (error) {
    if (of === 1 || !(error instanceof OrbError)) throw error;
    const { code, reason, remedy } = error.toRefusal();
    throw new OrbError(
      { code, reason: `Event ${index + 1} of ${of}: ${reason} No event was stored.`, remedy },
      { cause: error },
    );
  }
}
