import { afterEach, describe, expect, test } from "../../support/testing.ts";
import { NO_GATES } from "../../../src/http/dependency.ts";
import type { HttpServer } from "../../../src/http/http-server.ts";
import { SERVER_PROBLEMS } from "../../../src/http/problem.ts";
import { createHttpServer } from "../../../src/http/server.ts";
import { createLogger } from "../../../src/monitoring/logger.ts";
import { Metrics } from "../../../src/monitoring/metrics.ts";
import { HttpTelemetry } from "../../../src/telemetry/http.ts";
import { Tokens } from "../../../src/tokens/authenticate.ts";
import { sendRaw } from "../../support/bot/raw-request.ts";
import { ownLimits } from "../../support/request-limits.ts";

const OF_EVERY_ANSWER = {
  "cache-control": "no-store",
  "content-security-policy":
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "x-request-id": expect.any(String),
};
const PAGE_POLICY = "default-src 'none'; style-src 'self'; frame-ancestors 'none'";

let server: HttpServer;

afterEach(async () => {
  await server.close();
});

function serve(isHttps: boolean): HttpServer {
  server = createHttpServer({
    tokens: new Tokens(null),
    sessions: null,
    gates: NO_GATES,
    limits: ownLimits(),
    isHttps,
    audit: null,
    telemetry: new HttpTelemetry({
      log: createLogger({ level: "silent", format: "json" }),
      metrics: new Metrics(),
    }),
    translate: (error) => error,
    problems: SERVER_PROBLEMS,
    now: () => new Date(),
  });
  const page = { headers: { "Content-Security-Policy": PAGE_POLICY }, body: "<p>No</p>" };
  server.get("/open", { config: { access: "open" } }, async () => ({ fine: true }));
  server.get("/read", { config: { access: "read" } }, async () => ({}));
  server.get("/bug", { config: { access: "open" } }, async () => {
    throw new Error("a bug");
  });
  server.get("/page", { config: { access: "open" } }, async (_request, reply) =>
    reply.headers(page.headers).type("text/html").send("<p>Yes</p>"),
  );
  server.get("/no-page", { config: { access: "read", problemPage: () => page } }, async () => ({}));
  return server;
}

describe("every answer", () => {
  test.each([
    ["/open", 200],
    ["/read", 401],
    ["/unknown", 404],
    ["/bug", 500],
    ["/%", 400],
  ] as const)("of %s, which is %i, lets a browser do nothing with it", async (url, status) => {
    const answer = await serve(false).inject(url);
    expect(answer.statusCode).toBe(status);
    expect(answer.headers).toMatchObject(OF_EVERY_ANSWER);
    expect(answer.headers).not.toHaveProperty("x-powered-by");
    expect(answer.headers).not.toHaveProperty("strict-transport-security");
  });

  test("has the headers even to what is no HTTP", async () => {
    const url = await serve(true).listen({ port: 0, host: "127.0.0.1" });
    const { status, headers } = await sendRaw(url, "NONSENSE\r\n\r\n");
    expect(status).toBe(400);
    expect(headers).toMatchObject({
      ...OF_EVERY_ANSWER,
      "strict-transport-security": "max-age=31536000",
    });
  });

  test("asks for HTTPS for a year, if that is how browsers reach the bot", async () => {
    const { headers } = await serve(true).inject("/open");
    expect(headers["strict-transport-security"]).toBe("max-age=31536000");
  });

  test.each([
    ["/page", 200],
    ["/no-page", 401],
  ] as const)("keeps the policy of a page of its own: %s", async (url, status) => {
    const answer = await serve(false).inject({ url, headers: { accept: "text/html" } });
    expect([answer.statusCode, answer.headers["content-security-policy"]]).toEqual([status, PAGE_POLICY]);
    expect(answer.headers).toMatchObject({ ...OF_EVERY_ANSWER, "content-security-policy": PAGE_POLICY });
  });
});
