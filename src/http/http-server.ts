import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { FastifyBaseLogger, FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import type { Actor, Scope } from "../tokens/authenticate.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** The scope that a caller needs; `open` for everybody. Without it, the route can't be registered. */
    readonly access?: Scope | "open";
    /** The types of bodies that it takes, if not those of `JSON_TYPES`. */
    readonly accepts?: readonly string[];
    /** The longest time to its answer, if not that of `limitAnswers`. */
    readonly answerWithinMs?: number;
  }
  interface FastifyRequest {
    answerTimer: NodeJS.Timeout | undefined;
    actor: Actor | null;
  }
}

export type HttpServer = FastifyInstance<
  Server,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;
