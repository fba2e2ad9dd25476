import { describe, expect, test } from "../../support/testing.ts";
import { ADMIN_TOKEN } from "../../support/bot/environment.ts";
import { useBot } from "../../support/bot/use-bot.ts";
import { readDocExamples } from "../../support/documents/doc-examples.ts";
import { ROOT } from "../../support/repository-files.ts";
import { runExample } from "../../support/documents/run-example.ts";

const PATH = "/api/v1/settings/validate";
const DOCUMENTS = `${ROOT}docs/repository-settings.md`;

const bot = useBot();

async function post(body: unknown, headers?: Record<string, string>) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const response = await bot.request(PATH, { method: "POST", body: text, ...(headers && { headers }) });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

test("for good files the answer has the settings that would apply", async () => {
  const owner = "draft: always\nretention: { workspaceDaysAfterMerge: 3 }";
  const settings = "size: { M: 300 }\nretention: { workspaceDays: 2 }";
  const answer = await post({ settings, owner });
  expect(answer.status).toBe(200);
  expect(answer.body).toMatchObject({
    valid: true,
    problems: [],
    settings: {
      draft: "always",
      size: { XS: 10, S: 50, M: 300, L: 1000 },
      retention: {
        workspaceDays: 2,
        workspaceDaysAfterMerge: 3,
        workspaceDaysAfterClose: 2,
        workspaceDaysAfterFailure: 14,
        workspaceDaysWithoutPullRequest: 7,
        workspaceDaysAfterCancel: 0,
      },
    },
  });
});

test("for wrong files the answer has all problems of both, and no settings", async () => {
  const { body } = await post({ settings: "drafts: always\nhold: 3", owner: "locked: [nothing]" });
  expect(body).toMatchObject({
    valid: false,
    problems: [
      { file: "owner", path: "locked[0]", line: 1, column: 10, code: "setting_invalid" },
      { file: "repository", path: "drafts", line: 1, column: 1, code: "setting_unknown" },
      { file: "repository", path: "hold", line: 2, column: 7, code: "setting_invalid" },
    ],
    settings: null,
  });
});

test("an ignored key is a problem, and the answer has the settings without it", async () => {
  const { body } = await post({ settings: "draft: never\nhold: true", owner: "locked: [draft]" });
  expect(body).toMatchObject({
    valid: false,
    problems: [{ code: "setting_locked", path: "draft" }],
    settings: { draft: "signal", hold: true },
  });
});

test("the text of a file may be anything", async () => {
  const { status, body } = await post({ settings: `\u0000 [ \ud800 ${"x".repeat(70_000)}` });
  expect([status, body["valid"]]).toEqual([200, false]);
});

describe("an invalid request is refused:", () => {
  test.each([
    { name: "without settings", body: {}, status: 400, code: "bad_request" },
    {
      name: "with settings that are not text",
      body: { settings: { draft: "always" } },
      status: 400,
      code: "bad_request",
    },
    {
      name: "with an unknown field",
      body: { settings: "", file: "" },
      status: 400,
      code: "bad_request",
    },
    { name: "that is not JSON", body: "draft: always", status: 400, code: "bad_request" },
    { name: "that is too long", body: { settings: "x".repeat(1024 * 1024) }, status: 413, code: "too_large" },
  ])("one $name", async ({ body, status, code }) => {
    const answer = await post(body);
    expect([answer.status, answer.body["code"]]).toEqual([status, code]);
  });

  test("one without a token", async () => {
    const { status, body } = await post({ settings: "" }, { authorization: "" });
    expect([status, body["detail"]]).toEqual([401, expect.stringContaining("the scope read")]);
  });
});

test("the example in the docs runs, and its answer is the one shown there", async () => {
  const examples = await readDocExamples(DOCUMENTS);
  const example = examples.find((each) => each.test === "http");
  const answer = examples.find((each) => each.test === "answer");
  if (!example) throw new Error(`${DOCUMENTS} has no example of a request`);
  const output = await runExample(example, { ORB_URL: bot.url, ORB_TOKEN: ADMIN_TOKEN });
  expect(JSON.parse(output)).toEqual(JSON.parse(answer?.code ?? ""));
});
