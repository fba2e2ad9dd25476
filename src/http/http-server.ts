import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { FastifyBaseLogger, FastifyInstance, FastifyTypeProvider } from "fastify";
import type { z } from "zod";
import type { RateLimitCategory } from "../rate-limit-categories.ts";
import type { Decision } from "../rate-limits/limits.ts";
import type { Refusal } from "../errors.ts";
import type { OpenSession } from "../sessions/sessions.ts";
import type { Actor, Caller } from "../tokens/authenticate.ts";
import type { Dependency } from "./dependency.ts";
import type { Scope } from "../tokens/scope.ts";
import type { Operation } from "./contract/operation.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** The scope that a caller needs; `open` for everybody. Without it, the route can't be registered. */
    readonly access?: Scope | "open";
    /** Whether it changes nothing, although its method is not GET: then nobody needs to know who called it. */
    readonly isQuestion?: boolean;
    /** As what its requests are counted, if not as `categoryOf` says; `none`: they are not. */
    readonly limit?: RateLimitCategory | "none";
    /** The types of bodies that it takes, if not those of `JSON_TYPES`. */
    readonly accepts?: readonly string[];
    /** What must be there to serve it; see `guardDependencies`. */
    readonly needs?: readonly Dependency[];
    /** The longest time to its answer, if not that of `limitAnswers`. */
    readonly answerWithinMs?: number;
    /** How it shows a problem to a browser that asks for a page; otherwise it does not. */
    readonly problemPage?: (problem: Refusal) => {
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
    };
  }
  interface FastifySchema {
    /** What the API's description says about the route. Every route of the API needs one. */
    readonly operation?: Operation;
  }
  interface FastifyInstance {
    /** The headers of every answer, for those that Fastify does not send. */
    readonly everyAnswer: Readonly<Record<string, string>>;
  }
  interface FastifyRequest {
    answerTimer: NodeJS.Timeout | undefined;
    /** Of the client, behind proxies that are trusted; `null` until it is known. */
    clientAddress: string | null;
    /** The entry about the request in the log of changes; `null` for one that changes nothing. */
    auditId: string | null;
    /** `null` until it is looked up. */
    caller: Caller | null;
    readonly actor: Actor | null;
    /** Looks the caller up again, for an answer that takes long; `null` without a token and a session. */
    lookUpCaller(): Promise<Caller | null>;
    /** What was decided about its rate limit; `null` if it was not counted. */
    limited: Decision | null;
    /** The session that shows whose request it is; `null` if a token does, or nothing. */
    session: OpenSession | null;
  }
}

/** What a route may answer with: the value of its schema, or one that can't be changed. */
type Answer<T> = T extends Date
  ? T
  : T extends readonly (infer Item)[]
    ? readonly Answer<Item>[]
    : T extends object
      ? { readonly [Key in keyof T]: Answer<T[Key]> }
      : T;

/** Derives the types of requests and answers from the zod schemas of a route. */
export interface SchemaTypes extends FastifyTypeProvider {
  readonly validator: this["schema"] extends z.ZodType ? z.output<this["schema"]> : unknown;
  readonly serializer: this["schema"] extends z.ZodType ? Answer<z.output<this["schema"]>> : unknown;
}

export type HttpServer = FastifyInstance<
  Server,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  SchemaTypes
>;
