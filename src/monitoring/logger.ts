import { type DestinationStream, type Logger, type LoggerOptions, pino, stdTimeFunctions } from "pino";
import type { Config } from "../config.ts";
import { withoutSecrets } from "../text/secrets/without-secrets.ts";
import { currentLogFields } from "./log-fields.ts";

export type { Logger } from "pino";

/**
 * The process's logger: JSON lines on stdout. The bot's own secrets are `Secret`s and print as `[redacted]` everywhere;
 * other people's, in a text or an error, are removed from the written line.
 *
 * @param destination where JSON lines go instead
 */
export function createLogger({ level, format }: Config["log"], destination?: DestinationStream): Logger {
  const options: LoggerOptions = {
    level,
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    mixin: currentLogFields,
    formatters: { level: (label) => ({ level: label }) },
    hooks: { streamWrite: withoutSecrets },
    // Headers and requests may contain tokens. Our code never logs them whole, but a library might.
    redact: ["*.authorization", "*.headers.authorization", "authorization", "headers.authorization"],
    ...(format === "pretty" && {
      transport: { target: "pino-pretty", options: { translateTime: "HH:MM:ss.l" } },
    }),
  };
  return destination ? pino(options, destination) : pino(options);
}
