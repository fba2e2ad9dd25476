import { MongoClient } from "mongodb";
import { afterAll, beforeAll, expect, test } from "../../support/testing.ts";
import { SERVER_PROBLEMS } from "../../../src/http/problem.ts";
import { problemsOf, type Subject, webhooksOf } from "../../../src/subject.ts";
import { sendSignals } from "../../support/bot/api.ts";
import { type Bot, startBot } from "../../support/bot/in-process.ts";
import { delivery, post } from "../../support/webhooks/deliveries.ts";
import { eventually } from "../../support/eventually.ts";
import { LETTERS_COLLECTION } from "../../support/letters/letter-store.ts";
import { letters } from "../../support/letters/subject.ts";
import { freshStores, type Stores } from "../../support/servers/stores.ts";
import { projectCreated } from "../../support/signals.ts";

let stores: Stores;
let bot: Bot;
let isEnded = false;

beforeAll(async () => {
  stores = await freshStores();
  bot = await startBot(stores, {
    startJobs: true,
    leaseMs: 1_500,
    // The one line, as `app.ts` has it for its own subjects.
    subjects: ({ database, instruments, worker }) => [letters({ database, instruments, worker })],
  });
});

afterAll(async () => {
  if (!isEnded) await bot[Symbol.asyncDispose]();
  await stores[Symbol.asyncDispose]();
});

async function letter(text: string): Promise<{ status: number; answered?: boolean; code?: string }> {
  const response = await bot.request(`/api/v1/letters/${encodeURIComponent(text)}`);
  return { status: response.status, ...((await response.json()) as { answered?: boolean; code?: string }) };
}

/** Once its loop has answered a letter, as its route says. */
const answered = (text: string) =>
  eventually(`the letter ${text}`, async () => (await letter(text)).answered);

test("its migration has run, its loop works and its route answers", async () => {
  await answered("of the migration");
});

test("its store has its collection and its indexes", async () => {
  const indexes = await bot.app.database.native.collection(LETTERS_COLLECTION).indexes();
  expect(indexes.map(({ key }) => key)).toContainEqual({ text: 1 });
});

test("its job is started", async () => {
  await answered("of the job");
});

test("it acts on signals, beside the others", async () => {
  await sendSignals(bot.url, [projectCreated("p-1")]);
  await answered("of the signal of p-1");
  expect((await bot.request("/api/v1/projects/p-1")).status).toBe(200);
});

test("it acts on webhooks that nobody else handles", async () => {
  const answer = await post(bot.url, delivery("star", { action: "created" }, { id: "one" }));
  expect(answer.status).toBe(202);
  await answered("of the webhook one");
});

test("its refusals have their status, and its metrics are there", async () => {
  expect(await letter("never written")).toMatchObject({ status: 410, code: "letter_lost" });
  expect(await (await bot.request("/metrics")).text()).toMatch(/^orb_letters [1-9]/m);
});

test("it is told when the process ends", async () => {
  isEnded = true;
  await bot[Symbol.asyncDispose]();
  await using client = new MongoClient(stores.mongodbUri);
  expect(await client.db().collection(LETTERS_COLLECTION).findOne({ text: "of the end" })).not.toBeNull();
});

test("two subjects can't handle one event, nor have one code", () => {
  const letter: Subject = {
    webhooks: new Map([["star", async () => ({ outcome: "ignored", because: "" })]]),
  };
  expect(() => webhooksOf([letter, letter])).toThrow("Two subjects have the webhook star");
  const problems = { not_found: { status: 410, meaning: "It is gone.", remedy: "Nothing." } };
  expect(() => problemsOf([{ problems }], SERVER_PROBLEMS)).toThrow(
    "Two subjects have the problem not_found",
  );
});
