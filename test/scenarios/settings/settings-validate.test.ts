import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { ADMIN_TOKEN } from "../../support/bot/environment.ts";
import { type Bot, startBot } from "../../support/bot/in-process.ts";
import { readDocExamples } from "../../support/doc-examples.ts";
import { ROOT } from "../../support/repository-files.ts";
import { runExample } from "../../support/run-example.ts";
import { setStage, type Stage } from "../../support/stage.ts";

const PATH = "/api/v1/settings/validate";
const DOCUMENTS = `${ROOT}docs/repository-settings.md`;

let stage: Stage;
let bot: Bot;

beforeAll(async () => {
  stage = await setStage();
  bot = await startBot(stage.surroundings);
});

afterAll(async () => {
  await bot[Symbol.asyncDispose]();
  await stage[Symbol.asyncDispose]();
});

async function post(body: unknown, headers?: Record<string, string>) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const response = await bot.request(PATH, { method: "POST", body: text, ...(headers && { headers }) });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

test("good files are answered with what would hold", async () => {
  const answer = await post({ settings: "size: { M: 300 }", owner: "draft: always" });
  expect(answer.status).toBe(200);
  expect(answer.body).toMatchObject({
    valid: true,
    problems: [],
    settings: { draft: "always", size: { XS: 10, S: 50, M: 300, L: 1000 }, retention: { workspaceDays: 7 } },
  });
});

test("all that is wrong with either file is answered at once, and nothing that would hold", async () => {
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

test("a key that is ignored is a problem, and what would hold without it is answered", async () => {
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

describe("what is no question is refused", () => {
  test.each([
    { name: "without settings", body: {}, status: 400, code: "bad_request" },
    {
      name: "with settings that are no text",
      body: { settings: { draft: "always" } },
      status: 400,
      code: "bad_request",
    },
    {
      name: "with something that it does not know",
      body: { settings: "", file: "" },
      status: 400,
      code: "bad_request",
    },
    { name: "that is no JSON", body: "draft: always", status: 400, code: "bad_request" },
    { name: "that is too long", body: { settings: "x".repeat(1024 * 1024) }, status: 413, code: "too_large" },
  ])("one $name", async ({ body, status, code }) => {
    const answer = await post(body);
    expect([answer.status, answer.body["code"]]).toEqual([status, code]);
  });

  test("one from nobody", async () => {
    const { status, body } = await post({ settings: "" }, { authorization: "" });
    expect([status, body["detail"]]).toEqual([401, expect.stringContaining("the scope read")]);
  });
});

test("the documents' example runs, and answers what they say", async () => {
  const examples = await readDocExamples(DOCUMENTS);
  const example = examples.find((each) => each.test === "http");
  const answer = examples.find((each) => each.test === "answer");
  if (!example) throw new Error(`${DOCUMENTS} has no example that asks the bot`);
  const output = await runExample(example, { ORB_URL: bot.url, ORB_TOKEN: ADMIN_TOKEN });
  expect(JSON.parse(output)).toEqual(JSON.parse(answer?.code ?? ""));
});
