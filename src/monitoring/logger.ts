import { type Logger, pino, stdTimeFunctions } from "pino";
import type { Config } from "../config.ts";

export type { Logger } from "pino";

/** The process's logger: JSON lines on stdout. Secrets are `Secret`s and print as `[redacted]` everywhere. */
export function createLogger({ level, format }: Config["log"]): Logger {
  return pino({
    level,
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    // Headers and requests may contain tokens. Our code never logs them whole, but a library might.
    redact: ["*.authorization", "*.headers.authorization", "authorization", "headers.authorization"],
    ...(format === "pretty" && {
      transport: { target: "pino-pretty", options: { translateTime: "HH:MM:ss.l" } },
    }),
  });
}
