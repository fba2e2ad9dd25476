import { readFileSync } from "node:fs";
import { Readable } from "node:stream";
import nock from "nock";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "../../support/testing.ts";
import { FAILURE_CODES, type FailureCode } from "../../../src/github/wire/rules/failure-codes.ts";
import type { FailureRow } from "../../../src/github/wire/rules/failure-row.ts";
import { FAILURE_ROWS } from "../../../src/github/wire/rules/failure-rows.ts";
import { clientOf } from "./nock-client.ts";
import { refusalOf } from "./scene.ts";

interface Refusal {
  readonly code: FailureCode;
  readonly request: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: { readonly message?: string; readonly errors?: readonly { readonly type?: string }[] };
  readonly source: string;
}

const FILE = new URL("../../../fixtures/github-refusals/refusals.json", import.meta.url);
const recorded = JSON.parse(readFileSync(FILE, "utf8")) as readonly Refusal[];

const API = "https://api.github.com";
const READ = "GET /repos/octo/hello";
const JSON_TYPE = { "Content-Type": "application/json; charset=utf-8" };

// GitHub's words at GitHub's address, which the local GitHub can't play. nock replaces fetch, so it is on only here.
beforeAll(() => {
  if (!nock.isActive()) nock.activate();
  nock.disableNetConnect();
});

afterEach(() => {
  nock.cleanAll();
});

afterAll(() => {
  nock.enableNetConnect();
  nock.restore();
});

function answered(request: string, apiUrl = API): nock.Interceptor {
  const [method = "", path = ""] = request.split(" ");
  return nock(apiUrl).intercept(path, method);
}

describe("GitHub's own words get their code:", () => {
  test.each(recorded)("$code, $status at $request", async ({ code, request, status, headers, body }) => {
    answered(request).reply(status, JSON.stringify(body), { ...JSON_TYPE, ...headers });
    const ask = await clientOf(API);
    const { code: named, remedy, retryAt } = await refusalOf(ask(request));
    expect(named).toBe(code);
    expect(remedy).toMatch(/^[A-Z].+\.$/);
    expect(retryAt === null).toBe(code !== "rate_limited");
  });

  function isOf({ code, statuses, says, type, of }: FailureRow, refusal: Refusal): boolean {
    const words = JSON.stringify(refusal.body).replaceAll(/"|\\n/g, " ");
    const types = refusal.body.errors?.map((error) => error.type) ?? [];
    return (
      refusal.code === code &&
      statuses.includes(refusal.status) &&
      (says?.test(words) ?? true) &&
      (type === undefined || types.includes(type)) &&
      (of === undefined || of.test(refusal.request))
    );
  }

  test.each(FAILURE_ROWS.map((row, index) => ({ index, row })))(
    "row $index, $row.code, has a recorded sentence with its source",
    ({ row }) => {
      const sentences = recorded.filter((refusal) => isOf(row, refusal));
      expect(sentences.map(({ source }) => source)).not.toEqual([]);
      expect(sentences.every(({ source }) => /^https:|^recorded answer of /.test(source))).toBe(true);
    },
  );

  test("no code is without a recorded sentence", () => {
    const codes = new Set(recorded.map(({ code }) => code));
    expect(FAILURE_CODES.filter((code) => !codes.has(code))).toEqual([]);
  });
});

describe("a broken answer is an outage, and never an answer:", () => {
  test.each<[what: string, answer: (interceptor: nock.Interceptor) => unknown]>([
    [
      "a reset",
      (it) => it.replyWithError(Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" })),
    ],
    ["JSON that is cut off", (it) => it.reply(200, '{"id": 1, "name": "hel', JSON_TYPE)],
    ["an empty body", (it) => it.reply(200, "", JSON_TYPE)],
    ["an empty body of no type", (it) => it.reply(200, "")],
    ["text instead of JSON", (it) => it.reply(200, "upstream connect error", JSON_TYPE)],
    [
      "a page of a proxy",
      (it) => it.reply(200, "<html><title>Sign in</title></html>", { "Content-Type": "text/html" }),
    ],
    [
      "a page with an error",
      (it) => it.reply(502, "<html><title>Bad Gateway</title></html>", { "Content-Type": "text/html" }),
    ],
    ["silence", (it) => it.reply(() => new Promise(() => {}))],
    [
      "a chunk that is cut in the middle",
      (it) =>
        it.reply(
          200,
          () =>
            Readable.from(
              (async function* () {
                yield '{"id": 1, "na';
                throw new Error("socket hang up");
              })(),
            ),
          JSON_TYPE,
        ),
    ],
  ])("%s", async (_what, answer) => {
    answer(answered(READ));
    const ask = await clientOf(API);
    expect((await refusalOf(ask(READ))).code).toBe("github_unavailable");
  });

  test("but an answer is one", async () => {
    answered(READ).reply(200, { id: 1 }, JSON_TYPE);
    const ask = await clientOf(API);
    expect(await ask(READ)).toEqual({ id: 1 });
  });
});

test.each([
  ["https://api.octocorp.ghe.com", "/graphql"],
  ["https://git.example.com/api/v3", "/api/graphql"],
])("GraphQL of %s is at %s", async (apiUrl, path) => {
  nock(new URL(apiUrl).origin)
    .post(path)
    .reply(200, { data: { x: 1 } }, JSON_TYPE);
  const ask = await clientOf(apiUrl);
  expect(await ask("POST /graphql")).toEqual({ x: 1 });
});
