import * as fc from "fast-check";
import { z } from "zod";
import { createRoutes } from "../../../handlers/register.ts";
import type { HttpServer } from "../../../src/http/http-server.ts";
import { afterAll, beforeAll, expect, test } from "../../support/testing.ts";
import { ADMIN_TOKEN } from "../../support/bot/environment.ts";
import { useBot } from "../../support/bot/use-bot.ts";
import { sampledInputs } from "../../support/sample.ts";
import { completion } from "../../support/signals.ts";
import { storeRecord, storedRecord } from "../../support/stored-record.ts";
import { delivery } from "../../support/webhooks/deliveries.ts";

const bot = useBot();
/** GitHub can't be reached in this test, so a request that asks it is answered like this. */
const NO_GITHUB = 503;
const ASKS_GITHUB = /preview$|^\/readyz$|^\/health/;
/** Its answer does not end: test/scenarios/api/events.test.ts. */
const STREAM = "/api/v1/events";
/** Requests to each route. */
const [RUNS, RUNS_OF_SAMPLE] = [120, 20];

interface Route {
  readonly method: string;
  readonly url: string;
  readonly query: readonly string[];
  readonly hasBody: boolean;
}

let server: HttpServer;
const routes: Route[] = [];
let knownIds: readonly string[] = [];

beforeAll(async () => {
  server = createRoutes(bot.app, (started) => {
    started.addHook("onRoute", ({ method, url, schema }) => {
      if (typeof method !== "string" || method === "HEAD" || url === STREAM) return;
      const { querystring } = (schema ?? {}) as { querystring?: unknown };
      const query = querystring instanceof z.ZodObject ? Object.keys(querystring.shape) : [];
      routes.push({ method, url, query, hasBody: method === "POST" });
    });
  });
  await server.ready();
  await storeRecord(bot.app, "any-input");
  const record = await storedRecord(bot.app, "any-input");
  knownIds = [String(record._id), "any-input", delivery("ping", {}).id];
});

afterAll(async () => {
  await server.close();
});

/** Texts that mean something to one of the parsers, patterns, stores and shells that a text could meet on its way. */
const hostile = fc.constantFrom(
  ..."-_:#@\"'/\\.*+?^$()[]{}|&~<>=!,;% \t\0\r\n\u2028\u202e\ufeffÄ🎉".split(""),
  "agent/csv-export",
  "__proto__",
  "constructor",
  "toString",
  "$where",
  "$ne",
  "-1",
  "0",
  "1e309",
  "NaN",
  "null",
  "true",
  "[object Object]",
  "../../etc/passwd",
  "' OR 1=1 --",
  "{{7*7}}",
  "2026-99-99T99:99:99.999Z x",
  "ffffffffffffffffffffffff",
  "x".repeat(5_000),
);
const text = () =>
  fc.oneof(
    hostile,
    fc.string({ unit: "binary", maxLength: 30 }),
    fc.array(hostile, { maxLength: 4 }).map((all) => all.join("")),
  );
const id = () =>
  fc.oneof(
    text(),
    fc.nat().map((index) => knownIds[index % knownIds.length] ?? ""),
  );
/** Also bytes that are no text. */
const encoded = (value: string) => encodeURIComponent(value.toWellFormed());
const part = (value: fc.Arbitrary<string>) =>
  fc.oneof(value.map(encoded), fc.constantFrom("%FF", "%00", "%C0%AF", "%ED%A0%80"));

const event = completion("any-input", { branch: "agent/any-input" });
const json = () =>
  fc.oneof(
    fc.jsonValue(),
    fc.constant(event),
    mutated(event),
    mutated(event.data),
    fc.array(mutated(event), { maxLength: 3 }),
    fc.record({ settings: text(), owner: text() }),
  );

/** The value with one of its fields, at any depth, replaced by something else. */
function mutated(value: Record<string, unknown>): fc.Arbitrary<unknown> {
  return fc
    .oneof(fc.jsonValue(), text(), fc.constantFrom(-1, 1e308, 2 ** 53, [], {}))
    .chain((other) =>
      fc.constantFrom(...Object.keys(value)).map((key) => Object.assign({}, value, { [key]: other })),
    );
}

function request(route: Route) {
  const path = fc
    .array(part(id()), { minLength: 3, maxLength: 3 })
    .map((ids) => route.url.replaceAll(/:\w+/g, () => ids.pop() ?? ""));
  const pair = (names: readonly string[]) => fc.tuple(fc.constantFrom(...names), part(text()));
  const anything = fc.array(
    fc.tuple(fc.oneof(fc.constantFrom(...route.query, "x"), text().map(encoded)), part(text())),
    {
      maxLength: 4,
    },
  );
  // Mostly one parameter that exists: any other is refused before the value of the first is used.
  const query =
    route.query.length === 0
      ? anything
      : fc.oneof(
          { weight: 4, arbitrary: pair(route.query).map((one) => [one]) },
          { weight: 1, arbitrary: anything },
        );
  const header = text().map((value) => value.replaceAll(/[^\x20-\x7e]/g, "?").trim());
  const headers = fc.dictionary(
    fc.constantFrom(
      "x-request-id",
      "accept",
      "accept-version",
      "content-encoding",
      "forwarded",
      "x-github-event",
      "x-github-delivery",
      "x-hub-signature-256",
      "if-none-match",
      "range",
    ),
    header,
    { maxKeys: 3 },
  );
  const type = fc.oneof(
    { weight: 5, arbitrary: fc.constant("application/json") },
    fc.constantFrom(
      "application/cloudevents-batch+json",
      "text/plain",
      "application/json; charset=utf-7",
      "",
    ),
  );
  const body = fc.oneof(
    json().map((value) => JSON.stringify(value)),
    text(),
  );
  return fc.record({ path, query, headers, type, body });
}

test("no value of any parameter, header or body of any route is answered with an error of the bot", async () => {
  expect(routes.map(({ url }) => url)).toEqual(
    expect.arrayContaining([
      "/api/v1/signals",
      "/api/github/webhooks",
      "/api/v1/pull-requests/:id/retry",
      "/metrics",
    ]),
  );
  for (const route of routes) {
    await fc.assert(
      fc.asyncProperty(request(route), async ({ path, query, headers, type, body }) => {
        const pairs = query.map(([name, value]) => `${name}=${value}`).join("&");
        const asked = {
          method: route.method as "GET",
          url: pairs === "" ? path : `${path}?${pairs}`,
          headers: {
            ...headers,
            authorization: `Bearer ${ADMIN_TOKEN}`,
            ...(route.hasBody && { "content-type": type }),
          },
          ...(route.hasBody && { payload: body }),
        };
        const { statusCode, headers: answered, body: said } = await server.inject(asked);
        if (ASKS_GITHUB.test(route.url) && statusCode === NO_GITHUB) return;
        expect({ asked, statusCode, fails: statusCode >= 500, said }).toMatchObject({ fails: false });
        if (statusCode < 400) return;
        expect(answered["content-type"]).toBe("application/problem+json");
        expect(JSON.parse(said)).toMatchObject({ status: statusCode, remedy: expect.any(String) });
      }),
      sampledInputs({ all: RUNS, sample: RUNS_OF_SAMPLE }),
    );
  }
});
