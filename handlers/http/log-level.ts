import { z } from "zod";
import type { HttpServer } from "../../src/http/http-server.ts";
import { inForce, LOG_LEVELS } from "../../src/log-level/rules/levels.ts";
import type { LogLevelParts } from "../../src/log-level/subject.ts";

const MINUTES_MAX = 24 * 60;
const MINUTES = 30;
const MINUTE_MS = 60_000;

const body = z
  .strictObject({
    level: z.enum(LOG_LEVELS),
    minutes: z.int().min(1).max(MINUTES_MAX).default(MINUTES).meta({
      description: "How long it holds. Then `LOG_LEVEL` holds again, also if nobody thinks of it.",
    }),
  })
  .meta({ id: "LogLevelChange", examples: [{ level: "debug", minutes: 10 }] });
const shown = z
  .object({
    level: z.string().meta({ description: "In force in the process that answers." }),
    configured: z.string().meta({ description: "`LOG_LEVEL` of that process." }),
    until: z.date().nullable().meta({ description: "When a level that was set ends; `null` if none is." }),
    changedAt: z.date().nullable(),
    changedBy: z.string().nullable(),
  })
  .meta({ id: "LogLevel" });
const GET = {
  response: { 200: shown },
  operation: { id: "getLogLevel", tag: "System", summary: "Show how much is logged" },
} as const;
const SET = {
  body,
  response: { 200: shown },
  operation: {
    id: "setLogLevel",
    tag: "System",
    summary: "Log more or less for a while",
    description: "It holds in every process within a second, and ends by itself.",
  },
} as const;
const RESET = {
  response: { 200: shown },
  operation: { id: "resetLogLevel", tag: "System", summary: "Log as LOG_LEVEL says again" },
} as const;

/** `/api/v1/system/log-level`: how much all processes log. */
export function logLevelRoutes(server: HttpServer, parts: LogLevelParts): void {
  const { store, bringIntoForce, now } = parts;
  const change = async (set: { level: (typeof LOG_LEVELS)[number]; until: Date }, by: string) => {
    await store.set({ _id: "log", ...set, changedAt: now(), changedBy: by });
    // The others hear of it by the change feed. This one answers when it holds here.
    await bringIntoForce();
    return show(parts);
  };

  server.get("/api/v1/system/log-level", { config: { access: "admin" }, schema: GET }, () => show(parts));

  server.put(
    "/api/v1/system/log-level",
    { config: { access: "admin" }, schema: SET },
    async ({ body: { level, minutes }, actor }) => {
      const until = new Date(now().getTime() + minutes * MINUTE_MS);
      return change({ level, until }, actor?.name ?? "");
    },
  );

  server.delete(
    "/api/v1/system/log-level",
    { config: { access: "admin" }, schema: RESET },
    // What has ended needs a level, but it no longer matters which.
    async ({ actor }) => change({ level: "info", until: now() }, actor?.name ?? ""),
  );
}

async function show({ store, telemetry, now }: LogLevelParts) {
  const stored = await store.read();
  return {
    level: telemetry.level,
    configured: telemetry.configured,
    until: inForce(stored, now()) && (stored?.until ?? null),
    changedAt: stored?.changedAt ?? null,
    changedBy: stored?.changedBy ?? null,
  };
}
