import type { HttpServer } from "./http-server.ts";

const YEAR_SECONDS = 31_536_000;

/** An answer of the API is no page: a browser that shows one anyway loads, runs and frames nothing. */
const HEADERS: Readonly<Record<string, string>> = {
  "Cache-Control": "no-store",
  "Content-Security-Policy":
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
};

/**
 * The headers of every answer, beside its id. The plugin @fastify/helmet would set the same ones, and almost double the time that
 * the server itself needs for a request.
 *
 * @param isHttps whether browsers reach the bot by HTTPS, as its operator says: then they should never try without
 */
export function everyAnswer({ isHttps }: { readonly isHttps: boolean }): Readonly<Record<string, string>> {
  return isHttps ? { ...HEADERS, "Strict-Transport-Security": `max-age=${YEAR_SECONDS}` } : HEADERS;
}

/**
 * Sets them on every answer that has none of its own, as a page has its policy. Not async: a promise would cost the webhook door
 * more time than all of them.
 */
export function setOnEveryAnswer(server: HttpServer, headers: Readonly<Record<string, string>>): void {
  const entries = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  server.addHook("onSend", (request, reply, payload, done) => {
    for (const [name, value] of entries) if (!reply.hasHeader(name)) reply.header(name, value);
    reply.header("x-request-id", request.id);
    done(null, payload);
  });
}
