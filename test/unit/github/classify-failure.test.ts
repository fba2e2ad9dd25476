import { describe, expect, test } from "../../support/testing.ts";
import * as fc from "fast-check";
import { classifyFailure } from "../../../src/github/wire/rules/classify-failure.ts";
import type { FailedAnswer } from "../../../src/github/wire/rules/failed-answer.ts";

const NOW_MS = Date.parse("2026-03-01T12:00:00Z");
const NOW_S = NOW_MS / 1000;
const HOUR_MS = 3_600_000;

function classify(answer: Partial<FailedAnswer>) {
  return classifyFailure({ status: 403, message: "", headers: {}, ...answer }, NOW_MS);
}

describe("how long a limit lasts", () => {
  test.each<{ when: string; answer: Partial<FailedAnswer>; waitMs: number }>([
    { when: "Retry-After", answer: { headers: { "retry-after": "30" } }, waitMs: 30_000 },
    { when: "Retry-After as a number", answer: { headers: { "retry-after": 30 } }, waitMs: 30_000 },
    {
      when: "Retry-After wins over the end of the window",
      answer: {
        headers: { "retry-after": "5", "x-ratelimit-remaining": "0", "x-ratelimit-reset": `${NOW_S + 600}` },
      },
      waitMs: 5_000,
    },
    {
      when: "the end of the window",
      answer: { headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": `${NOW_S + 600}` } },
      waitMs: 600_000,
    },
    {
      when: "the end of the window, of GraphQL",
      answer: {
        status: 200,
        message: "API rate limit exceeded",
        headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": `${NOW_S + 600}` },
      },
      waitMs: 600_000,
    },
    {
      when: "Retry-After, of GraphQL",
      answer: { status: 200, message: "a secondary rate limit", headers: { "retry-after": "9" } },
      waitMs: 9_000,
    },
    {
      when: "a second, if the window has ended by our clock",
      answer: { headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": `${NOW_S - 5}` } },
      waitMs: 1_000,
    },
    {
      when: "an hour at most, even if GitHub asks for more",
      answer: { headers: { "retry-after": "999999999" } },
      waitMs: HOUR_MS,
    },
    {
      when: "an hour at most, even if the clocks differ",
      answer: { headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": `${NOW_S + 86_400}` } },
      waitMs: HOUR_MS,
    },
    {
      when: "five minutes, if too much was created",
      answer: { status: 422, message: "Validation Failed; was submitted too quickly" },
      waitMs: 300_000,
    },
    {
      when: "five minutes, if too much was created, of GraphQL",
      answer: { status: 200, message: "was submitted too quickly", types: ["UNPROCESSABLE"] },
      waitMs: 300_000,
    },
    {
      when: "five minutes, with the longer words",
      answer: {
        message:
          "You have exceeded a secondary rate limit and have been temporarily blocked from content creation.",
      },
      waitMs: 300_000,
    },
    {
      when: "a minute, if only the type of GraphQL's error names a limit",
      answer: { status: 200, message: "Slow down", types: ["RATE_LIMITED"] },
      waitMs: 60_000,
    },
    { when: "a minute, for 429 without any header", answer: { status: 429 }, waitMs: 60_000 },
    {
      when: "a minute, if only the message names a limit",
      answer: { message: "You have exceeded a secondary rate limit" },
      waitMs: 60_000,
    },
    {
      when: "a minute, with GitHub's older message",
      answer: { message: "You have triggered an abuse detection mechanism" },
      waitMs: 60_000,
    },
    {
      when: "a minute, if Retry-After is not a number of seconds",
      answer: { status: 429, headers: { "retry-after": "soon" } },
      waitMs: 60_000,
    },
    {
      when: "a minute, if GraphQL names no end",
      answer: { status: 200, message: "API rate limit exceeded" },
      waitMs: 60_000,
    },
    {
      when: "a minute, if the window still has room",
      answer: {
        status: 429,
        headers: { "x-ratelimit-remaining": "4000", "x-ratelimit-reset": `${NOW_S + 600}` },
      },
      waitMs: 60_000,
    },
  ])("$when", ({ answer, waitMs }) => {
    expect(classify(answer)).toMatchObject({ code: "rate_limited", waitMs });
  });
});

test.each<[string, Partial<FailedAnswer>, string]>([
  ["a permission", { message: "Resource not accessible by integration" }, "permission_missing"],
  [
    "a permission, in a window with room",
    { message: "Forbidden", headers: { "x-ratelimit-remaining": "10", "x-ratelimit-reset": `${NOW_S + 9}` } },
    "permission_missing",
  ],
  ["a rate limit in a title", { status: 422, message: "Validation Failed: rate limit" }, "validation_failed"],
  ["Retry-After with a 503", { status: 503, headers: { "retry-after": "30" } }, "github_unavailable"],
])("%s is not a rate limit", (_what, answer, code) => {
  expect(classify(answer)).toMatchObject({ code, waitMs: null });
});

test.each([
  [408, "Request Timeout", "GitHub answered 408: Request Timeout"],
  [500, "Server Error", "GitHub answered 500: Server Error"],
  [599, "", "GitHub answered 599: "],
  [null, "the request took too long", "GitHub did not answer: the request took too long"],
])(
  "%p is an outage; the request may have succeeded, so the bot looks before it tries again",
  (status, message, reason) => {
    expect(classify({ status, message })).toEqual({
      code: "github_unavailable",
      reason,
      remedy: "No action needed: the bot checks GitHub and tries again.",
      waitMs: null,
    });
  },
);

test("a branch with the name of a refusal is not mistaken for one", () => {
  const between = (branch: string) => `Validation Failed; No commits between main and ${branch}`;
  const names = ["head-invalid", "base/invalid", "already_exists", "was-archived", "rate limit"];
  const codes = names.map((name) => classify({ status: 422, message: between(name) }).code);
  expect(new Set(codes)).toEqual(new Set(["no_commits"]));
});

test("any answer of GitHub gets a code, a reason that quotes it, a remedy and a bounded wait", () => {
  const header = fc.option(fc.oneof(fc.string(), fc.integer(), fc.double()), { nil: undefined });
  const answer = fc.record({
    status: fc.option(fc.integer({ min: 200, max: 599 })),
    message: fc.oneof(fc.string(), fc.constant("API rate limit exceeded")),
    headers: fc.record({
      "retry-after": header,
      "x-ratelimit-remaining": fc.oneof(fc.constant("0"), header),
      "x-ratelimit-reset": header,
    }),
  });
  fc.assert(
    fc.property(answer, (answer) => {
      const { code, reason, remedy, waitMs } = classifyFailure(answer, NOW_MS);
      expect(code).toMatch(/^[a-z_]+$/);
      expect(reason).toContain(answer.message);
      expect(remedy).toMatch(/^[A-Z].*\.$/);
      expect(waitMs === null).toBe(code !== "rate_limited");
      expect(waitMs ?? 1_000).toBeGreaterThanOrEqual(1_000);
      expect(waitMs ?? 1_000).toBeLessThanOrEqual(HOUR_MS);
    }),
    { numRuns: 1_000 },
  );
});

describe("a document that an older GitHub Enterprise Server does not know", () => {
  test.each([
    "Field 'mergeQueueEntry' doesn't exist on type 'PullRequest'",
    "Field 'isRequired' doesn't accept argument 'pullRequestNumber'",
    "No such type MergeQueueEntry, so it can't be a fragment condition",
  ])("is refused for a person, who updates the server: %s", (message) => {
    const failure = classify({
      status: 200,
      message,
      headers: { "x-github-enterprise-version": "3.8.0" },
    });
    expect(failure).toMatchObject({
      code: "server_outdated",
      reason: `GitHub Enterprise Server 3.8.0 answered 200: ${message}`,
      remedy: expect.stringContaining("to update it") as unknown,
      waitMs: null,
    });
  });

  test("is named in the remedy", () => {
    const message =
      "Field 'a' doesn't exist on type 'T'; Field 'a' doesn't exist on type 'T'; Field 'b' doesn't exist on type 'U'";
    expect(classify({ status: 200, message }).remedy).toMatch(/still supports\. It lacks T\.a, U\.b\.$/);
  });

  test("does not show a version that is none", () => {
    const headers = { "x-github-enterprise-version": "3.8 <b>" };
    const { reason } = classify({ status: 200, message: "No such type X", headers });
    expect(reason).toBe("GitHub answered 200: No such type X");
  });
});

test("a query that takes too many resources is an outage, not a limit of requests", () => {
  const answer = {
    status: 200,
    message: "Resource limits for this query exceeded.",
    types: ["RESOURCE_LIMITS_EXCEEDED"],
  };
  expect(classify(answer)).toMatchObject({
    code: "resource_limits_exceeded",
    waitMs: null,
  });
});

test.each<[status: number, message: string, remedy: RegExp]>([
  [403, "Unable to create comment because issue is locked.", /unlock the conversation/],
  [403, "Unable to update comment because issue is locked.", /unlock the conversation/],
  [
    403,
    "Repository was archived so is read-only and unable to create comment because issue is locked",
    /^Unarchive/,
  ],
  [403, "Sorry. Your account was suspended.", /contact GitHub Support/],
  [401, "'Expiration time' claim ('exp') is too far in the future", /^Set the clock/],
  [
    401,
    "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
    /^Set the clock/,
  ],
  [401, "A JSON web token could not be decoded", /PRIVATE_KEY/],
  [
    403,
    "Repository `octo/hello' is disabled. Please ask the owner to check their account.",
    /migration.*unlock/,
  ],
  [409, "Git Repository is empty.", /still preparing/],
  [410, "This issue was deleted", /deleted the issue/],
  [410, "Issues are disabled for this repo", /^Enable issues/],
])("%i %s has a remedy that helps", (status, message, remedy) => {
  expect(classify({ status, message }).remedy).toMatch(remedy);
});
