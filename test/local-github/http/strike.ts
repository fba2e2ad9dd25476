// Applies a fault to a request.

import { setTimeout as delay } from "node:timers/promises";
import type { Fault } from "../faults.ts";
import type { Reply } from "./route.ts";

/** The result of a fault: a reply instead of the right one, a cut connection, or only a wait. */
export type Struck = { readonly reply: Reply } | "cut" | "go on";

/** Before the effect. */
export async function strikeBefore(fault: Fault, now: Date): Promise<Struck> {
  switch (fault.kind) {
    case "error":
      return fault.when === "before" ? { reply: serverError(fault.status) } : "go on";
    case "lost-answer":
      return fault.when === "before" ? "cut" : "go on";
    case "slow":
      await delay(fault.delayMs);
      return "go on";
    case "held":
      await fault.until;
      return "go on";
    case "unauthorized":
      return { reply: refusal(401, "Bad credentials") };
    case "secondary-limit": {
      const message =
        "You have exceeded a secondary rate limit. Please wait a few minutes before you try again. " +
        "If you reach out to GitHub Support for help, please include the request ID.";
      const headers = { "retry-after": String(fault.retryAfterS) };
      return { reply: { ...refusal(fault.status ?? 403, message), headers } };
    }
    case "primary-limit":
      return { reply: primaryLimit(fault.status ?? 403, fault.resetInS, now) };
    case "answer":
      return { reply: { status: fault.status, json: fault.json, headers: fault.headers ?? {} } };
    default:
      return fault satisfies never;
  }
}

/** After the effect. */
export function strikeAfter(fault: Fault): Struck {
  if (fault.kind === "error" && fault.when === "after") return { reply: serverError(fault.status) };
  return fault.kind === "lost-answer" && fault.when === "after" ? "cut" : "go on";
}

function primaryLimit(status: number, resetInS: number, now: Date): Reply {
  const reset = Math.ceil(now.getTime() / 1_000) + resetInS;
  return {
    ...refusal(status, "API rate limit exceeded for installation."),
    headers: {
      "x-ratelimit-limit": "5000",
      "x-ratelimit-remaining": "0",
      "x-ratelimit-used": "5000",
      "x-ratelimit-reset": String(reset),
      "x-ratelimit-resource": "core",
    },
  };
}

function serverError(status: number): Reply {
  return { status, json: { message: "Server Error" } };
}

function refusal(status: number, message: string): Reply {
  return {
    status,
    json: { message, documentation_url: "https://docs.github.com/rest", status: String(status) },
  };
}
