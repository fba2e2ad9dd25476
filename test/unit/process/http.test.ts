import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { ownLimits } from "../../support/request-limits.ts";
import { afterAll, beforeAll, describe, expect, test } from "../../support/testing.ts";
import * as fc from "fast-check";
import { z } from "zod";
import { OrbError } from "../../../src/errors.ts";
import { GITHUB_PROBLEMS } from "../../../src/github/subject.ts";
import { NO_GATES } from "../../../src/http/dependency.ts";
import type { HttpServer } from "../../../src/http/http-server.ts";
import { pageQuery, readCursor, toPage } from "../../../src/http/page.ts";
import { SERVER_PROBLEMS } from "../../../src/http/problem.ts";
import { createHttpServer } from "../../../src/http/server.ts";
import { createLogger } from "../../../src/monitoring/logger.ts";
import { Metrics } from "../../../src/monitoring/metrics.ts";
import { Secret } from "../../../src/secret.ts";
import { problemsOf } from "../../../src/subject.ts";
import { HttpTelemetry } from "../../../src/telemetry/http.ts";
import { NOBODY, Tokens } from "../../../src/tokens/authenticate.ts";

describe("authentication", () => {
  const TOKEN = "orb_0123456789abcdef0123456789abcdef";
  const tokens = new Tokens(new Secret(TOKEN));

  test.each([`Bearer ${TOKEN}`, `bearer ${TOKEN}`, `BEARER   ${TOKEN}  `])(
    "%j authenticates the administrator, with every scope",
    async (header) => {
      expect(await tokens.authenticate(header)).toEqual({
        actor: {
          id: "ADMIN_TOKEN",
          name: "the token ADMIN_TOKEN",
          scopes: new Set(["read", "write", "signals:write", "admin"]),
          isBypass: false,
        },
        because: null,
      });
    },
  );

  test.each([
    undefined,
    "",
    "Bearer",
    "Bearer ",
    TOKEN,
    `Basic ${TOKEN}`,
    `Bearer${TOKEN}`,
    ` Bearer ${TOKEN}`,
    `Bearer ${TOKEN}x`,
    `Bearer ${TOKEN.slice(0, -1)}`,
    `Bearer ${TOKEN.toUpperCase()}`,
    `Bearer x ${TOKEN}`,
    `Bearer ${TOKEN} ${TOKEN}`,
    `Bearer ${TOKEN}, Bearer ${TOKEN}`,
    `Bearer ${TOKEN}\nX: y`,
    `Bearer [redacted]`,
  ])("%j authenticates nobody", async (header) => {
    expect(await tokens.authenticate(header)).toBe(NOBODY);
  });

  test("no other token authenticates anybody", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), async (other) => {
        fc.pre(other !== TOKEN);
        expect(await tokens.authenticate(`Bearer ${other}`)).toBe(NOBODY);
      }),
    );
  });

  test("without a token in the environment, nothing authenticates anybody", async () => {
    const none = new Tokens(null);
    for (const header of [undefined, "Bearer ", "Bearer null", "Bearer undefined", `Bearer ${TOKEN}`]) {
      expect(await none.authenticate(header)).toBe(NOBODY);
    }
  });
});

describe("pages of lists", () => {
  const isAnything = () => true;
  const query = z.object(pageQuery);

  /** A list sorted by id, like a store's: the rows after an id, up to a limit. */
  function listOf(ids: readonly string[]) {
    return (after: string | null, limit: number) =>
      ids.filter((id) => after === null || id > after).slice(0, limit);
  }

  describe("a list", () => {
    test("read page by page has every item once and in order, for any page size", () => {
      const ids = fc.uniqueArray(fc.string({ unit: "grapheme", minLength: 1 }), { maxLength: 30 });
      fc.assert(
        fc.property(ids, fc.integer({ min: 1, max: 12 }), (ids, limit) => {
          const sorted = ids.toSorted();
          const list = listOf(sorted);
          const read: string[] = [];
          let cursor: string | undefined;
          do {
            const rows = list(readCursor(cursor, isAnything), limit + 1);
            const page = toPage(rows, { limit, idOf: (id) => id, show: (id) => id });
            expect(page.items.length).toBeLessThanOrEqual(limit);
            read.push(...page.items);
            cursor = page.nextCursor ?? undefined;
          } while (cursor !== undefined);
          expect(read).toEqual(sorted);
        }),
      );
    });

    test.each([
      { rows: [], items: [], more: false },
      { rows: ["a"], items: ["A"], more: false },
      { rows: ["a", "b"], items: ["A", "B"], more: false },
      { rows: ["a", "b", "c"], items: ["A", "B"], more: true },
    ])("of $rows.length rows, two to a page, has a next page: $more", ({ rows, items, more }) => {
      const page = toPage(rows, { limit: 2, idOf: (row) => row, show: (row) => row.toUpperCase() });
      expect(page).toEqual({ items, nextCursor: more ? Buffer.from("b").toString("base64url") : null });
    });
  });

  describe("a cursor", () => {
    test("that is left out starts at the beginning", () => {
      expect(readCursor(undefined, () => false)).toBeNull();
    });

    test.each(["", "not one", "%%%", Buffer.from("another").toString("base64url")])(
      "that this list never gave is refused: %j",
      (cursor) => {
        const reading = () => readCursor(cursor, (id) => /^[0-9a-f]{24}$/.test(id));
        expect(reading).toThrow(OrbError);
        expect(reading).toThrow("The cursor is not valid for this list.");
      },
    );

    test("needs no encoding in a URL", () => {
      const { nextCursor } = toPage(["ÿþ?>", "b"], { limit: 1, idOf: (row) => row, show: (row) => row });
      expect(nextCursor).toBe(encodeURIComponent(nextCursor ?? ""));
    });
  });

  describe("the query of a list", () => {
    test.each([
      [{}, { limit: 20 }],
      [{ limit: "1" }, { limit: 1 }],
      [
        { limit: "100", cursor: "abc" },
        { limit: 100, cursor: "abc" },
      ],
    ])("%j is read as %j", (given, read) => {
      expect(query.parse(given)).toEqual(read);
    });

    test.each([
      { limit: "0" },
      { limit: "101" },
      { limit: "-1" },
      { limit: "1.5" },
      { limit: "many" },
      { limit: "" },
      { cursor: "x".repeat(513) },
    ])("%j is refused", (given) => {
      expect(query.safeParse(given).success).toBe(false);
    });
  });
});

describe("problems", () => {
  const NOW = new Date("2026-01-05T09:00:00Z");

  let server: HttpServer;
  let thrown: Error;

  beforeAll(() => {
    const log = createLogger({ level: "silent", format: "json" });
    server = createHttpServer({
      tokens: new Tokens(null),
      limits: ownLimits(),
      sessions: null,
      isHttps: false,
      audit: null,
      gates: NO_GATES,
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
    { name: "in a fraction of a second: never too early", retryAt: inSeconds(2.1), retryAfter: "3" },
    { name: "now: in a second, not at once", retryAt: NOW, retryAfter: "1" },
    { name: "after a default, if no time is given", retryAt: null, retryAfter: "5" },
  ])("a caller over their own limit may return $name", async ({ retryAt, retryAfter }) => {
    const code = "too_many_requests";
    expect(await answerTo(refusal(code, retryAt))).toEqual({ status: 429, retryAfter, code, detail: "No." });
  });

  test("GitHub's limit on the bot is not the caller's: 503, soon, whenever GitHub's limit ends", async () => {
    const answer = await answerTo(refusal("rate_limited", inSeconds(3_600)));
    expect(answer).toEqual({ status: 503, retryAfter: "5", code: "rate_limited", detail: "No." });
  });

  test.each([
    { name: "a bug does not show its message", error: new Error("secret words"), code: "internal" },
    { name: "an internal code is shown as a bug", error: refusal("lease_lost"), code: "lease_lost" },
    {
      name: "a property that every object has is not a known code",
      error: refusal("constructor"),
      code: "constructor",
    },
  ])("$name", async ({ error, code }) => {
    const answer = await answerTo(error);
    expect(answer).toMatchObject({ status: 500, retryAfter: undefined, code });
    expect(answer.detail).not.toContain("secret");
  });
});

describe("the limit of an answer", () => {
  let server: HttpServer;
  let url: string;

  beforeAll(async () => {
    server = createHttpServer({
      tokens: new Tokens(null),
      limits: ownLimits(),
      sessions: null,
      isHttps: false,
      audit: null,
      gates: NO_GATES,
      telemetry: new HttpTelemetry({
        log: createLogger({ level: "silent", format: "json" }),
        metrics: new Metrics(),
      }),
      translate: (error) => error,
      problems: problemsOf([], SERVER_PROBLEMS),
      now: () => new Date(),
    });
    server.post("/echo", { config: { access: "open", answerWithinMs: 50 } }, async ({ body }) => body);
    server.get("/hangs", { config: { access: "open", answerWithinMs: 500 } }, () => new Promise(() => {}));
    url = await server.listen({ host: "127.0.0.1", port: 0 });
  });

  afterAll(async () => {
    await server.close();
  });

  test("is about the bot, and not about a sender whose body comes slowly", async () => {
    const slow = request(`${url}/echo`, { method: "POST", headers: { "content-type": "application/json" } });
    const answered = once(slow, "response") as Promise<[IncomingMessage]>;
    slow.write('{"half":');
    // Ten times the limit of the slow request pass meanwhile.
    expect((await fetch(`${url}/hangs`)).status).toBe(503);
    slow.end("true}");
    const [answer] = await answered;
    expect(answer.statusCode).toBe(200);
    answer.resume();
  });
});
