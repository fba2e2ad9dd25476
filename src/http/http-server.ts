import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { FastifyBaseLogger, FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import type { Actor, Scope } from "../tokens/authenticate.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** What a caller must hold; `open` for everybody. A route that says nothing does not start. */
    readonly access?: Scope | "open";
  }
  interface FastifyRequest {
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
