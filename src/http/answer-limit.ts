import { OrbError } from "../errors.ts";
import type { FastifyContextConfig } from "fastify";
import type { HttpServer } from "./http-server.ts";

const ANSWER_WITHIN_MS = 5_000;

/**
 * Answers a request for which its route has no answer in time, because a database that hangs gives no error. What the route
 * has begun goes on, and its late answer is dropped. Fastify's own `handlerTimeout` ends once the body is read.
 */
export function limitAnswers(server: HttpServer, onTooSlow: (config: FastifyContextConfig) => void): void {
  server.decorateRequest("answerTimer", undefined);
  server.addHook("onRequest", (request, reply, done) => {
    const { answerWithinMs = ANSWER_WITHIN_MS } = request.routeOptions.config;
    const arm = () => {
      request.answerTimer = setTimeout(() => {
        // While the body arrives, the sender is slow and not the bot: the server's own time-outs are about that.
        if (!request.raw.complete) arm();
        else if (!reply.sent) {
          onTooSlow(request.routeOptions.config);
          void reply.send(tooSlow(answerWithinMs));
        }
      }, answerWithinMs).unref();
    };
    arm();
    done();
  });
  server.addHook("onResponse", ({ answerTimer }, _reply, done) => {
    clearTimeout(answerTimer);
    done();
  });
}

function tooSlow(withinMs: number): OrbError {
  return new OrbError({
    code: "answer_timeout",
    reason: `The bot could not answer within ${withinMs} ms: something that it depends on does not answer.`,
    remedy: "Try again after the time in Retry-After. GET /readyz says what does not answer.",
  });
}
