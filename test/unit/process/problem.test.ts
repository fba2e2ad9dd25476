import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { OrbError } from "../../../src/errors.ts";
import type { HttpServer } from "../../../src/http/http-server.ts";
import { GITHUB_PROBLEMS } from "../../../src/github/subject.ts";
import { SERVER_PROBLEMS } from "../../../src/http/problem.ts";
import { problemsOf } from "../../../src/subject.ts";
import { createHttpServer } from "../../../src/http/server.ts";
import { createLogger } from "../../../src/monitoring/logger.ts";
import { Metrics } from "../../../src/monitoring/metrics.ts";
import { HttpTelemetry } from "../../../src/telemetry/http.ts";
import { Tokens } from "../../../src/tokens/authenticate.ts";

const NOW = new Date("2026-01-05T09:00:00Z");

let server: HttpServer;
let thrown: Error;

beforeAll(() => {
  const log = createLogger({ level: "silent", format: "json" });
  server = createHttpServer({
    tokens: new Tokens(null),
    telemetry: new HttpTelemetry({ log, metrics: new Metrics() }),
    translate: (error) => error,
    problems: problemsOf([{ problems: GITHUB_PROBLEMS }], SERVER_PROBLEMS),
    now: () => NOW,
  });
  server.get("/fails", { config: { access: "open" } }, async () => {
    throw thrown;
  });
});

afterAll(async () => {
  await server.close();
});

async function answerTo(error: Error) {
  thrown = error;
  const { statusCode, headers, body } = await server.inject("/fails");
  const retryAfter = headers["retry-after"];
  const { code, detail } = JSON.parse(body) as { code: string; detail: string };
  return { status: statusCode, retryAfter, code, detail };
}

function refusal(code: string, retryAt: Date | null = null): OrbError {
  return new OrbError({ code, reason: "No.", remedy: "Wait." }, { retryAt });
}

const inSeconds = (seconds: number) => new Date(NOW.getTime() + seconds * 1_000);

test.each([
  { name: "in a minute", retryAt: inSeconds(60), retryAfter: "60" },
  { name: "in a part of a second: never too early", retryAt: inSeconds(2.1), retryAfter: "3" },
  { name: "now: still not at once", retryAt: NOW, retryAfter: "1" },
  { name: "at a time that nobody named", retryAt: null, retryAfter: "5" },
])("a caller over their own limit may return $name", async ({ retryAt, retryAfter }) => {
  const code = "too_many_requests";
  expect(await answerTo(refusal(code, retryAt))).toEqual({ status: 429, retryAfter, code, detail: "No." });
});

test("GitHub's limit on the bot is not the caller's: 503, soon, whenever GitHub's limit ends", async () => {
  const answer = await answerTo(refusal("rate_limited", inSeconds(3_600)));
  expect(answer).toEqual({ status: 503, retryAfter: "5", code: "rate_limited", detail: "No." });
});

test.each([
  { name: "a bug keeps its words to itself", error: new Error("secret words"), code: "internal" },
  { name: "a code that no caller should meet is a bug", error: refusal("lease_lost"), code: "lease_lost" },
  { name: "a code is nothing else that objects have", error: refusal("constructor"), code: "constructor" },
])("$name", async ({ error, code }) => {
  const answer = await answerTo(error);
  expect(answer).toMatchObject({ status: 500, retryAfter: undefined, code });
  expect(answer.detail).not.toContain("secret");
});
