import { z } from "zod";
import { OrbError } from "../../../src/errors.ts";
import type { HttpServer } from "../../../src/http/http-server.ts";
import type { Subject } from "../../../src/subject.ts";
import { type Instruments, TelemetryPart } from "../../../src/telemetry/part.ts";

/** How it breaks. `uncaught` ends the process. */
const WAYS = ["route", "setback", "outage", "uncaught", "rejected"] as const;

const BREAK = {
  body: z.object({
    way: z.enum(WAYS),
    message: z.string(),
    /** Of an `OrbError`; without it the error is a bug. */
    code: z.string().optional(),
    /** What the log line of a setback has besides. */
    fields: z.record(z.string(), z.unknown()).default({}),
  }),
  operation: { id: "break", tag: "System", summary: "Break", description: "Breaks.", problems: [] },
  response: { 200: z.object({}) },
} as const;

class BreakageTelemetry extends TelemetryPart<"breakage"> {}

/** A subject that fails as it is told to: what nobody expects can't be arranged otherwise. */
export function breakage(instruments: Instruments): Subject {
  const telemetry = new BreakageTelemetry(instruments);
  const bind = (server: HttpServer) => {
    server.post(
      "/api/v1/breakage",
      { config: { access: "read" }, schema: BREAK },
      async ({ body: { way, message, code, fields } }) => {
        const error = errorOf(message, code);
        if (way === "route") throw error;
        if (way === "uncaught") setImmediate(() => throwIt(error));
        else if (way === "rejected") void Promise.reject(error);
        else telemetry.setback("breakage", error, fields);
        return {};
      },
    );
  };
  return { routes: [bind] };
}

function errorOf(message: string, code: string | undefined): Error {
  const cause = new Error(`The cause of it: ${message}`);
  if (code === undefined) return new TypeError(message, { cause });
  return new OrbError({ code, reason: message, remedy: "None." }, { cause });
}

function throwIt(error: Error): never {
  throw error;
}
