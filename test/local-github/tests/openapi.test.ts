import { createRequire } from "node:module";
import { describe, expect, test } from "../../support/testing.ts";
import { cutDescription, type OpenApiDocument } from "../openapi/cut.ts";
import { gitHubDescription } from "../openapi/description.ts";
import { OPERATION_IDS } from "../openapi/operations.ts";
import { type ApiRequest, validateRequest, validateResponse, validateWebhook } from "../openapi/validator.ts";

const require = createRequire(import.meta.url);

function check(method: string, target: string, body?: unknown): ReturnType<typeof validateRequest> {
  const url = new URL(target, "http://api.test");
  const request: ApiRequest = {
    method,
    path: url.pathname,
    query: url.searchParams,
    headers: { "user-agent": "test" },
    body,
  };
  return validateRequest(request);
}

describe("a request", () => {
  test.each([
    [
      "opens a pull request",
      "POST",
      "/repos/o/r/pulls",
      { title: "t", head: "h", base: "main", draft: true },
    ],
    ["lists with a known filter", "GET", "/repos/o/r/pulls?state=open&head=o:b&per_page=100", undefined],
    ["reads a file in a folder", "GET", "/repos/o/r/contents/.github/orb.yml?ref=main", undefined],
    ["reads a ref with slashes", "GET", "/repos/o/r/git/ref/heads/agent/7", undefined],
    ["compares encoded names", "GET", "/repos/o/r/compare/main...agent%2F7", undefined],
    [
      "completes a check run",
      "PATCH",
      "/repos/o/r/check-runs/1",
      { status: "completed", conclusion: "success" },
    ],
    ["asks for a narrowed token", "POST", "/app/installations/1/access_tokens", { repositories: ["r"] }],
  ])("that %s is valid", (_name, method, target, body) => {
    expect(check(method, target, body)).toMatchObject({
      operationId: expect.any(String),
      problems: [],
    });
  });

  test.each([
    ["an unknown path", "GET", "/nowhere", undefined, "GitHub has no GET /nowhere"],
    ["a method that the path lacks", "PUT", "/repos/o/r/pulls", undefined, "GitHub has no PUT"],
    ["an operation outside the cut", "GET", "/gists", undefined, "gists/list is not in the cut"],
    ["an unknown property", "POST", "/repos/o/r/pulls", { head: "h", base: "b", labels: [] }, '("labels")'],
    [
      "an unknown property deep inside",
      "POST",
      "/repos/o/r/check-runs",
      { name: "n", head_sha: "s", output: { title: "t", summary: "s", annotation: [] } },
      'body/output must NOT have unevaluated properties ("annotation")',
    ],
    ["a missing property", "POST", "/repos/o/r/pulls", { title: "t", head: "h" }, "'base'"],
    ["a missing body", "POST", "/repos/o/r/pulls", undefined, "body is missing"],
    ["a body for an operation without one", "GET", "/repos/o/r/pulls", { state: "open" }, "takes no body"],
    ["a wrong type", "PATCH", "/repos/o/r/pulls/1", { state: "merged" }, "body/state"],
    ["an unknown query parameter", "GET", "/repos/o/r/pulls?page_size=3", undefined, '("page_size")'],
    ["a wrong query value", "GET", "/repos/o/r/pulls?state=opened", undefined, "query/state"],
    ["an invalid number", "GET", "/repos/o/r/pulls/latest", undefined, "path/pull_number"],
  ])("with %s is refused", (_name, method, target, body, problem) => {
    expect(check(method, target, body).problems.join("\n")).toContain(problem);
  });

  test("without User-Agent is refused, like on GitHub", () => {
    const { problems } = validateRequest({
      method: "GET",
      path: "/repos/o/r",
      query: new URLSearchParams(),
      headers: {},
      body: undefined,
    });
    expect(problems).toEqual([expect.stringContaining("user-agent")]);
  });

  test("finds the literal route before the one with a parameter", () => {
    expect(check("GET", "/repos/o/r/pulls/comments").route).toBe("/repos/{owner}/{repo}/pulls/comments");
    expect(check("GET", "/repos/o/r/pulls/3").route).toBe("/repos/{owner}/{repo}/pulls/{pull_number}");
  });
});

describe("an answer", () => {
  const label = {
    id: 1,
    node_id: "LA_1",
    url: "https://api.github.com/repos/o/r/labels/bug",
    name: "bug",
    description: null,
    color: "f29513",
    default: false,
  };

  test("that matches its schema, with null where GitHub allows it, is valid", () => {
    expect(validateResponse({ operationId: "issues/create-label", status: 201, body: label })).toEqual([]);
  });

  test("with a missing property or a wrong type is reported", () => {
    const { color: _dropped, ...rest } = label;
    const problems = validateResponse({
      operationId: "issues/create-label",
      status: 201,
      body: { ...rest, id: "1" },
    });
    expect(problems).toEqual(["201 body must have required property 'color'", "201 body/id must be integer"]);
  });

  test("with a status that the operation never gives is reported", () => {
    expect(validateResponse({ operationId: "issues/create-label", status: 202, body: label })).toEqual([
      "issues/create-label never answers 202",
    ]);
  });

  test("with a general error needs GitHub's message", () => {
    const operationId = "issues/create-label";
    expect(validateResponse({ operationId, status: 401, body: { message: "Bad credentials" } })).toEqual([]);
    expect(validateResponse({ operationId, status: 401, body: { error: "no" } })).toHaveLength(1);
  });

  test("with a status without content has no body", () => {
    const operationId = "git/delete-ref";
    expect(validateResponse({ operationId, status: 204, body: undefined })).toEqual([]);
    expect(validateResponse({ operationId, status: 204, body: {} })).toHaveLength(1);
  });
});

describe("the cut", () => {
  test("has every requested operation, and says where it comes from", () => {
    const { operations, source } = gitHubDescription();
    expect(Object.keys(operations).sort()).toEqual([...OPERATION_IDS].sort());
    expect(source).toMatchObject({ package: "@octokit/openapi", version: expect.stringMatching(/^\d+\./) });
  });

  test("compiles as a whole: no reference leads out of it", () => {
    for (const [operationId, { responses }] of Object.entries(gitHubDescription().operations)) {
      for (const status of Object.keys(responses)) {
        expect(() => validateResponse({ operationId, status: Number(status), body: {} })).not.toThrow();
      }
    }
  });

  test("names operations that GitHub no longer has", () => {
    const document: OpenApiDocument = {
      info: { version: "1" },
      paths: {},
      "x-webhooks": {},
      components: {},
    };
    expect(() => cutDescription(document, { operationIds: ["pulls/create"], webhookEvents: [] })).toThrow(
      "lacks pulls/create",
    );
  });
});

/** Older recordings lack newer fields; in other places the description is stricter than GitHub. */
const KNOWN_DIFFERENCES = [
  /must have required property|must match a schema in anyOf/,
  /homepage must match format "uri"/, // GitHub sends "" for none
  /installation\/(created|updated)_at must be string/, // seconds since 1970 in older deliveries
  /app\/(created|updated)_at must match format "date-time"/, // a recording of 2019
  /author\/email must match format "email"/, // git accepts any text
];

test("GitHub's recorded webhooks pass, except for the known differences", () => {
  interface Recording {
    readonly name: string;
    readonly examples: readonly { action?: string }[];
  }
  const recordings = require("@octokit/webhooks-examples/api.github.com/index.json") as Recording[];
  const known = gitHubDescription().webhooks;
  let compared = 0;
  for (const { name, examples } of recordings) {
    for (const payload of examples) {
      if (!known[payload.action ? `${name}.${payload.action}` : name]) continue;
      compared += 1;
      const surprises = validateWebhook({ event: name, payload }).filter(
        (problem) => !KNOWN_DIFFERENCES.some((difference) => difference.test(problem)),
      );
      expect({ name, action: payload.action, surprises }).toEqual({
        name,
        action: payload.action,
        surprises: [],
      });
    }
  }
  expect(compared).toBeGreaterThan(100);
});
