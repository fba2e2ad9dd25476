import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "../../support/testing.ts";
import { ADMIN_TOKEN } from "../../support/bot/environment.ts";
import { useBot } from "../../support/bot/use-bot.ts";
import { type RawAnswer, sendRaw } from "../../support/bot/raw-request.ts";

const bot = useBot();
const AUTHORIZED = `Host: bot\r\nAuthorization: Bearer ${ADMIN_TOKEN}\r\nConnection: close`;
/** Words of zod, Fastify, Node.js and V8, which mean nothing to the sender of a request. */
const FOREIGN =
  /FST_|HPE_|Invalid input|expected .*, received|Too (?:big|small)|Unrecognized|[Uu]nexpected token|JSON input|Unsupported Media|Bad Request|querystring|undefined|\bat position\b|\bNaN\b|✖|\n\s+at /;

let last: RawAnswer | undefined;
afterEach(() => {
  last = undefined;
});

/** Sends a raw request and checks the form of the refusal. */
async function refused(request: string | Buffer, status: number): Promise<Record<string, string>> {
  last = await sendRaw(bot.url, request);
  expect({ status: last.status, type: last.headers["content-type"] }).toEqual({
    status,
    type: "application/problem+json",
  });
  expect(last.headers["x-request-id"]).toMatch(/^[\w.-]+$/);
  expect(last.headers["x-content-type-options"]).toBe("nosniff");
  expect(last.headers["content-security-policy"]).toContain("default-src 'none'");
  const problem = JSON.parse(last.body) as Record<string, string>;
  expect(problem).toEqual({
    type: "about:blank",
    title: expect.any(String),
    status,
    code: expect.stringMatching(/^[a-z_]+$/),
    detail: expect.stringMatching(/^[A-Z`].*\.$/s),
    remedy: expect.stringMatching(/^[A-Z].*\.$/s),
    instance: last.headers["x-request-id"],
  });
  expect(last.body).not.toMatch(FOREIGN);
  return problem;
}

function get(path: string): string {
  return `GET ${path} HTTP/1.1\r\n${AUTHORIZED}\r\n\r\n`;
}

function post(path: string, body: string | Buffer, headers = "Content-Type: application/json"): Buffer {
  const length = Buffer.byteLength(body);
  const head = `POST ${path} HTTP/1.1\r\n${AUTHORIZED}\r\n${headers}\r\nContent-Length: ${length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), Buffer.from(body)]);
}

describe("a request that is not valid HTTP", () => {
  test.each([
    { name: "no HTTP at all", request: "hello\r\n\r\n", status: 400 },
    { name: "HTTPS", request: Buffer.from("160301020001", "hex"), status: 400 },
    { name: "an unknown method", request: `BREW / HTTP/1.1\r\n${AUTHORIZED}\r\n\r\n`, status: 400 },
    { name: "a header without a name", request: `GET / HTTP/1.1\r\n: x\r\n\r\n`, status: 400 },
    { name: "a space in the address", request: `GET /a b HTTP/1.1\r\n${AUTHORIZED}\r\n\r\n`, status: 400 },
    {
      name: "a length that is no number",
      request: `POST / HTTP/1.1\r\n${AUTHORIZED}\r\nContent-Length: -1\r\n\r\n`,
      status: 400,
    },
    {
      name: "two lengths",
      request: `POST /api/v1/signals HTTP/1.1\r\n${AUTHORIZED}\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n`,
      status: 400,
    },
    { name: "HTTP/2", request: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", status: 505 },
    { name: "HTTP/9.9", request: `GET / HTTP/9.9\r\n${AUTHORIZED}\r\n\r\n`, status: 505 },
    { name: "no host", request: "GET /livez HTTP/1.1\r\nConnection: close\r\n\r\n", status: 400 },
    { name: "two hosts", request: `GET /livez HTTP/1.1\r\nHost: a\r\n${AUTHORIZED}\r\n\r\n`, status: 400 },
    {
      name: "a host that is none",
      request: "GET /livez HTTP/1.1\r\nHost: a/b@c\r\nConnection: close\r\n\r\n",
      status: 400,
    },
    {
      name: "headers that are too large",
      request: `GET /livez HTTP/1.1\r\n${AUTHORIZED}\r\nCookie: ${"x".repeat(20_000)}\r\n\r\n`,
      status: 431,
    },
    { name: "an address that is far too long", request: get(`/${"x".repeat(100_000)}`), status: 414 },
    { name: "an address that is too long", request: get(`/livez?${"x".repeat(9_000)}`), status: 414 },
    { name: "an id that is too long", request: get(`/api/v1/projects/${"x".repeat(400)}`), status: 414 },
    {
      name: "an expectation that nobody knows",
      request: `GET /livez HTTP/1.1\r\n${AUTHORIZED}\r\nExpect: the-unexpected\r\n\r\n`,
      status: 417,
    },
    {
      name: "a question to a proxy",
      request: `CONNECT bot:443 HTTP/1.1\r\n${AUTHORIZED}\r\n\r\n`,
      status: 405,
    },
  ])("$name is answered with $status and a problem", async ({ request, status }) => {
    await refused(request, status);
  });

  test("and does not go on is answered at its limit of ten seconds, and not at Node's next check", async () => {
    const tooLate = Promise.withResolvers<never>();
    const timer = setTimeout(() => tooLate.reject(new Error("No answer after twice the limit")), 20_000);
    const request = refused("GET /livez HTTP/1.1\r\nHost: bot\r\n", 408);
    expect(await Promise.race([request, tooLate.promise])).toMatchObject({ code: "request_timeout" });
    clearTimeout(timer);
  });

  test("is cut if a thousand come on one connection without waiting for the answers", async () => {
    const { body } = await sendRaw(bot.url, "GET /livez HTTP/1.1\r\nHost: bot\r\n\r\n".repeat(1_000));
    expect(body.split("HTTP/1.1 200").length).toBeLessThan(100);
    expect((await fetch(`${bot.url}/livez`)).status).toBe(200);
  });

  test("in HTTP/1.0 needs no host and is answered", async () => {
    expect((await sendRaw(bot.url, "GET /livez HTTP/1.0\r\n\r\n")).status).toBe(200);
  });
});

describe("an address", () => {
  test.each(["/%", "/%zz", "/api/v1/projects/%C0%AF", "/api/v1/projects/%E0%A4%A"])(
    "with a wrong percent sign, %s, is a bad request",
    async (path) => {
      expect(await refused(get(path), 400)).toMatchObject({
        code: "bad_request",
        detail: expect.stringContaining("%"),
      });
    },
  );

  test.each(["/", "//", "///livez", "/livez/", "/api/v1", "/api/v1/nothing?x=1", "/%00", "/..%2fetc"])(
    "that does not exist, %s, is not found",
    async (path) => {
      expect(await refused(get(path), 404)).toMatchObject({ code: "not_found" });
    },
  );

  test.each([
    { method: "DELETE", path: "/api/v1/signals", allow: "OPTIONS, POST" },
    { method: "PATCH", path: "/api/v1/projects/p-1", allow: "GET, HEAD, OPTIONS" },
    { method: "HEAD", path: "/api/github/webhooks", allow: "OPTIONS, POST" },
    { method: "GET", path: "/api/v1/pull-requests/1/retry", allow: "OPTIONS, POST" },
    // Not the pull request with the id `preview`.
    { method: "DELETE", path: "/api/v1/pull-requests/preview", allow: "OPTIONS, POST" },
    { method: "PROPFIND", path: "/livez?x", allow: "GET, HEAD, OPTIONS" },
    { method: "TRACE", path: "/readyz", allow: "GET, HEAD, OPTIONS" },
  ])("does not have the method $method: $path", async ({ method, path, allow }) => {
    const request = `${method} ${path} HTTP/1.1\r\n${AUTHORIZED}\r\n\r\n`;
    const { status, headers } = await sendRaw(bot.url, request);
    expect({ status, allow: headers["allow"], type: headers["content-type"] }).toEqual({
      status: 405,
      allow,
      type: "application/problem+json",
    });
    if (method !== "HEAD")
      expect(await refused(request, 405)).toMatchObject({ remedy: `Use one of ${allow}.` });
  });

  test.each([
    { path: "/api/v1/projects", allow: "GET, HEAD, OPTIONS" },
    { path: "/api/v1/pull-requests/preview", allow: "OPTIONS, POST" },
    { path: "*", allow: "DELETE, GET, HEAD, OPTIONS, POST, PUT" },
  ])("lists its methods if it is asked for them: $path", async ({ path, allow }) => {
    const answer = await sendRaw(bot.url, `OPTIONS ${path} HTTP/1.1\r\n${AUTHORIZED}\r\n\r\n`);
    expect({ status: answer.status, allow: answer.headers["allow"], body: answer.body }).toEqual({
      status: 204,
      allow,
      body: "",
    });
  });

  test("is answered to HEAD as to GET, without the body", async () => {
    const answer = await sendRaw(bot.url, `HEAD /api/v1/projects HTTP/1.1\r\n${AUTHORIZED}\r\n\r\n`);
    expect({ status: answer.status, body: answer.body }).toEqual({ status: 200, body: "" });
    expect(Number(answer.headers["content-length"])).toBeGreaterThan(0);
  });
});

describe("a body", () => {
  const PATH = "/api/v1/settings/validate";
  const deep = (depth: number) => `{"settings":${"[".repeat(depth)}`;

  test.each([
    { name: "empty", body: "", says: "The body is not JSON: it is empty." },
    { name: "cut off", body: '{"settings":', says: "The body is not JSON: it ends too early." },
    {
      name: "with a mistake",
      body: '{\n"settings": nope}',
      says: "The body is not JSON: line 2, column 13 has a mistake.",
    },
    { name: "nested deeply", body: deep(600_000), says: "The body is nested deeper than 100 levels." },
    {
      name: "with __proto__",
      body: '{"__proto__":1}',
      says: "The body has the key `__proto__`, which is not allowed.",
    },
    { name: "null", body: "null", says: "The body must be a map, but it is empty." },
    { name: "a list", body: "[1]", says: "The body must be a map, but it is a list of 1." },
    {
      name: "without a field, and with a field that is spelt wrongly",
      body: '{"setting":"x"}',
      says: "`settings` in the body is missing; the body has the unknown key `setting` (did you mean `settings`?).",
    },
    {
      name: "with a field of another type",
      body: '{"settings":7,"owner":null}',
      says: "`settings` in the body must be a text, but it is 7; `owner` in the body must be a text, but it is empty.",
    },
  ])("that is $name is refused with the place of the mistake", async ({ body, says }) => {
    expect(await refused(post(PATH, body), 400)).toMatchObject({ code: "bad_request", detail: says });
  });

  test("over the limit is refused with the limit", async () => {
    const request = post(PATH, "x".repeat(1024 * 1024 + 1));
    expect(await refused(request, 413)).toMatchObject({
      code: "too_large",
      detail: "The body is larger than 1048576 bytes, the limit of this route.",
    });
  });

  test.each([
    "Content-Type: text/plain",
    "Content-Type: nonsense",
    "X-None: 1",
    "Content-Type: multipart/form-data",
  ])("with “%s” is refused with the types that the route takes", async (header) => {
    const { remedy } = await refused(post(PATH, "{}", header), 415);
    expect(remedy).toMatch(/application\/json/);
    expect(last?.headers["accept-post"]).toMatch(/^application\/json, application\/cloudevents\+json/);
  });

  test.each([PATH, "/api/github/webhooks"])("that is compressed is refused: %s", async (path) => {
    const headers = "Content-Type: application/json\r\nContent-Encoding: gzip";
    expect(await refused(post(path, gzipSync("{}"), headers), 415)).toMatchObject({
      code: "unsupported_media_type",
      detail: expect.stringContaining("`gzip`"),
    });
    expect(last?.headers["accept-encoding"]).toBe("identity");
  });
});

describe("a query", () => {
  test.each([
    { query: "limit=0", says: '`limit` in the query must be a whole number from 1 to 100, but it is "0".' },
    { query: "limit=x", says: '`limit` in the query must be a whole number from 1 to 100, but it is "x".' },
    { query: "limit=1&limit=2", says: "`limit` in the query is given 2 times." },
    { query: "q=", says: '`q` in the query must have at least 1 characters, but it is "".' },
    { query: "statsu=open", says: "The query has the unknown key `statsu` (did you mean `status`?)." },
    { query: "%00=1", says: "The query has the unknown key ``." },
    { query: "cursor=%21%21", says: "The cursor is not valid for this list." },
    { query: "status=lost", says: /^`status` in the query must be one of `queued`.*, but it is "lost"\.$/ },
  ])("$query is refused in our own words", async ({ query, says }) => {
    const { detail } = await refused(get(`/api/v1/pull-requests?${query}`), 400);
    if (typeof says === "string") expect(detail).toBe(says);
    else expect(detail).toMatch(says);
  });

  test.each(["/api/v1/projects/p-1", "/api/v1/pull-requests/123"])(
    "with a parameter that nobody reads is refused: %s",
    async (path) => {
      expect(await refused(get(`${path}?x=1`), 400)).toMatchObject({
        detail: expect.stringContaining("unknown key `x`"),
      });
    },
  );

  test.each([
    ["deliveries", "2026-99-99T99:99:99.999Z x"],
    ["projects", "../up"],
    ["pull-requests", "123"],
  ])("with a cursor of %s for a place that can't be, %j, is refused", async (list, place) => {
    const cursor = Buffer.from(place).toString("base64url");
    await refused(get(`/api/v1/${list}?cursor=${cursor}`), 400);
  });
});
