import { z } from "zod";
import { OrbError } from "../../src/errors.ts";
import type { HttpServer } from "../../src/http/http-server.ts";
import type { Usage } from "../../src/rate-limits/limits.ts";
import { WINDOW_MS } from "../../src/rate-limits/rules/categories.ts";
import { canonical, countedAs } from "../../src/rate-limits/rules/client-address.ts";
import type { Counted } from "../../src/rate-limits/rules/counted.ts";
import type { StoredLimit } from "../../src/rate-limits/store.ts";
import type { RateLimitParts } from "../../src/rate-limits/subject.ts";
import {
  RATE_LIMIT_CATEGORIES,
  RATE_LIMIT_MAX,
  type RateLimitCategory,
} from "../../src/rate-limit-categories.ts";

const ID_CHARACTERS_MAX = 200;
const LIMIT = `must be a whole number from 1 to ${RATE_LIMIT_MAX}`;

const categoryParams = z.object({ category: z.string() });
const subjectParams = z.object({ subject: z.string().meta({ pattern: "^(user|address):" }) });
const body = z
  .strictObject({ limit: z.number(LIMIT).int(LIMIT).min(1, LIMIT).max(RATE_LIMIT_MAX, LIMIT) })
  .meta({ id: "RateLimitChange", examples: [{ limit: 600 }] });

const limitShown = z
  .object({
    category: z.enum(RATE_LIMIT_CATEGORIES),
    limit: z.int().meta({ description: "Requests of a caller, and of an address, within the window." }),
    windowSeconds: z.int(),
    default: z.int().meta({ description: "The limit unless it was changed at run time." }),
    changedAt: z.date().nullable(),
    changedBy: z.string().nullable(),
  })
  .meta({ id: "RateLimit" });
const countedBy = z
  .enum(["redis", "local"])
  .meta({ description: "`redis` counts for all instances, `local` for this one alone." });
const LIST = {
  response: {
    200: z
      .object({ items: z.array(limitShown), nextCursor: z.null(), countedBy, instances: z.int() })
      .meta({ id: "RateLimits" }),
  },
  operation: { id: "listRateLimits", tag: "Access", summary: "List the rate limits in force" },
} as const;
const CHANGE = {
  params: categoryParams,
  body,
  response: { 200: limitShown },
  operation: {
    id: "changeRateLimit",
    tag: "Access",
    summary: "Change a rate limit",
    description: "It holds on every instance within a second.",
    problems: ["not_found"],
  },
} as const;
const USAGE = {
  params: subjectParams,
  response: {
    200: z
      .object({
        subject: z.string(),
        countedBy,
        usage: z.array(
          z.object({
            category: z.enum(RATE_LIMIT_CATEGORIES),
            used: z.int(),
            limit: z.int(),
            remaining: z.int(),
            freesInSeconds: z.int().meta({ description: "Until there is room for one more." }),
          }),
        ),
      })
      .meta({ id: "RateLimitUsage" }),
  },
  operation: {
    id: "getRateLimitUsage",
    tag: "Access",
    summary: "Show what a caller or an address has used",
    description: "A subject is `user:` and the id of a token, or `address:` and an address.",
  },
} as const;
const RESET = {
  params: subjectParams,
  response: { 200: z.object({ subject: z.string(), reset: z.literal(true), countedBy }) },
  operation: {
    id: "resetRateLimitUsage",
    tag: "Access",
    summary: "Forget what a caller or an address has used",
  },
} as const;

/** `/api/v1/rate-limits`: the limits in force, a change of one, and what a caller or an address has used. */
export function rateLimitRoutes(server: HttpServer, parts: RateLimitParts): void {
  limitRoutes(server, parts);
  subjectRoutes(server, parts);
}

function limitRoutes(
  server: HttpServer,
  { limits, store, bringIntoForce, telemetry, now }: RateLimitParts,
): void {
  const show = (category: RateLimitCategory, stored: StoredLimit | undefined) => ({
    category,
    limit: stored?.limit ?? limits.defaultOf(category),
    windowSeconds: WINDOW_MS / 1_000,
    default: limits.defaultOf(category),
    changedAt: stored?.changedAt ?? null,
    changedBy: stored?.changedBy ?? null,
  });

  server.get("/api/v1/rate-limits", { config: { access: "admin" }, schema: LIST }, async () => {
    const stored = new Map((await store.all()).map((limit) => [limit._id, limit]));
    const { instances } = limits.shared;
    return {
      items: RATE_LIMIT_CATEGORIES.map((category) => show(category, stored.get(category))),
      nextCursor: null,
      countedBy: countedNowBy(limits),
      instances,
    };
  });

  server.put(
    "/api/v1/rate-limits/:category",
    { config: { access: "admin" }, schema: CHANGE },
    async ({ params, body: { limit }, actor }) => {
      const category = categoryOf(params.category);
      const changed = { _id: category, limit, changedAt: now(), changedBy: actor?.name ?? "" };
      await store.set(changed);
      telemetry.changed({ category, limit, by: changed.changedBy });
      // The others hear of it by the change feed. This one answers when it holds here.
      await bringIntoForce();
      return show(category, changed);
    },
  );
}

function subjectRoutes(server: HttpServer, { limits }: RateLimitParts): void {
  server.get(
    "/api/v1/rate-limits/subjects/:subject",
    { config: { access: "admin" }, schema: USAGE },
    async ({ params: { subject } }) => {
      const usage = await limits.usageOf(subjectOf(subject));
      return {
        subject,
        countedBy: countedNowBy(limits),
        usage: usage.map(showUsage),
      };
    },
  );

  server.delete(
    "/api/v1/rate-limits/subjects/:subject",
    { config: { access: "admin" }, schema: RESET },
    async ({ params: { subject } }) => {
      await limits.reset(subjectOf(subject));
      return {
        subject,
        reset: true as const,
        countedBy: countedNowBy(limits),
      };
    },
  );
}

function countedNowBy({ shared }: RateLimitParts["limits"]): "redis" | "local" {
  return shared.isShared ? "redis" : "local";
}

function showUsage({ category, count: { used, limit, freesInMs } }: Usage) {
  return {
    category,
    used,
    limit,
    remaining: Math.max(0, limit - used),
    freesInSeconds: Math.ceil(freesInMs / 1_000),
  };
}

function categoryOf(name: string): RateLimitCategory {
  const category = z.enum(RATE_LIMIT_CATEGORIES).safeParse(name).data;
  if (category !== undefined) return category;
  throw new OrbError({
    code: "not_found",
    reason: `There is no category ${JSON.stringify(name)} of rate limits.`,
    remedy: `Use one of ${RATE_LIMIT_CATEGORIES.join(", ")}.`,
  });
}

/** `user:` and the id of a token, or `address:` and an address in any spelling. */
function subjectOf(text: string): Counted {
  const [, kind, id = ""] = /^(user|address):(.+)$/s.exec(text.slice(0, ID_CHARACTERS_MAX)) ?? [];
  if (kind === "user") return { kind, id };
  const address = kind === "address" ? canonical(id) : null;
  const [counted] = address === null ? [] : countedAs(address);
  if (counted) return counted;
  throw new OrbError({
    code: "bad_request",
    reason: `${JSON.stringify(text.slice(0, ID_CHARACTERS_MAX))} is not a subject of rate limits.`,
    remedy:
      "Use user:<id of a token>, such as user:ADMIN_TOKEN, or address:<address>, such as address:192.0.2.1.",
  });
}
