import { pino } from "pino";
import { afterAll, afterEach, beforeAll, expect, test } from "../../support/testing.ts";
import { type Bot, startBot } from "../../support/bot/in-process.ts";
import { answerOf } from "../../support/webhooks/deliveries.ts";
import { eventually } from "../../support/eventually.ts";
import { type CutOff, cutOffFrom } from "../../support/servers/cut-off.ts";
import { freshStores, type Stores } from "../../support/servers/stores.ts";
import { startRedis } from "../../../script/services/redis-server.ts";
import { projectCreated } from "../../support/signals.ts";

interface Line {
  readonly level: number;
  readonly msg: string;
  readonly code?: string;
  readonly problem?: { readonly code: string };
  readonly err?: unknown;
}

let lines: Line[] = [];
const log = pino({ level: "info" }, { write: (line: string) => lines.push(JSON.parse(line) as Line) });
const ID = "0123456789abcdef01234567";

let stores: Stores;
let mongo: CutOff;
let redis: Awaited<ReturnType<typeof startRedis>>;
let bot: Bot;

beforeAll(async () => {
  stores = await freshStores();
  mongo = await cutOffFrom(stores.mongodbUri);
  redis = await startRedis();
  bot = await startBot({ mongodbUri: mongo.mongodbUri, redisUrl: redis.uri }, { log });
  await post("/api/v1/signals", projectCreated("before"));
  await eventually("a project", async () => (await bot.request("/api/v1/projects/before")).status === 200);
});

afterEach(() => mongo.heal());

afterAll(async () => {
  await bot[Symbol.asyncDispose]();
  await redis[Symbol.asyncDispose]();
  await mongo[Symbol.asyncDispose]();
  await stores[Symbol.asyncDispose]();
});

const post = (path: string, body: unknown = {}) =>
  bot.request(path, { method: "POST", body: JSON.stringify(body) });
const REQUESTS: readonly (() => Promise<Response>)[] = [
  () => post("/api/v1/signals", projectCreated("outage")),
  () => post("/api/v1/signals", [projectCreated("outage-a"), projectCreated("outage-b")]),
  () => bot.request("/api/v1/projects"),
  () => bot.request("/api/v1/projects/p"),
  () => bot.request("/api/v1/pull-requests?q=x"),
  () => bot.request(`/api/v1/pull-requests/${ID}`),
  () => post(`/api/v1/pull-requests/${ID}/retry`),
  () => post(`/api/v1/pull-requests/${ID}/refresh`),
  () => bot.request("/api/v1/deliveries"),
  () => post("/api/v1/deliveries/d/replay"),
];

/** Routes have five seconds, and without a limit the driver would take a minute. */
async function beforeTwiceTheLimit(answer: Promise<Response>): Promise<Response> {
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error("No answer after twice the limit")), 10_000);
  try {
    return await Promise.race([answer, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

function failed(): Line[] {
  return lines.filter(({ level }) => level >= 40);
}

// First: while a cause lasts it has one line a minute.
test("in an outage of MongoDB the log has one line a minute for each cause, and then how many were left out", async () => {
  await eventually("MongoDB used", async () => (await bot.request("/api/v1/projects")).status === 200);
  lines = [];
  mongo.refuse();
  for (let round = 0; round < 2; round++) {
    const asked = Array.from({ length: 10 }, () => bot.request("/api/v1/projects"));
    for (const answer of await Promise.all(asked)) await answerOf(answer, 503);
  }
  // As the clock would do within half a minute.
  for (const { loop } of bot.app.subjects.flatMap(({ loops = [] }) => loops)) loop.nudge();
  await eventually("the loops reported", () =>
    failed().some(({ problem }) => problem?.code === "mongodb_unavailable"),
  );
  const codes = failed().map(({ msg, problem }) => `${msg}: ${problem?.code}`);
  expect(codes.toSorted()).toEqual([...new Set(codes)].toSorted());
  expect(failed().filter(({ err }) => err !== undefined)).toEqual([]);
});

test.each([
  // The first requests find the connections that were lost; those after it find none.
  { name: "refuses connections", away: () => mongo.refuse(), rounds: 2 },
  { name: "does not answer", away: () => mongo.hang(), rounds: 1 },
])("while MongoDB $name, every route answers 503 and when to try again", async ({ away, rounds }) => {
  await eventually("MongoDB used", async () => (await bot.request("/api/v1/projects")).status === 200);
  expect(await (await bot.request("/metrics")).text()).toMatch(/^orb_projects\{/m);
  away();
  for (let round = 0; round < rounds; round++) {
    const answers = await Promise.all(REQUESTS.map((request) => beforeTwiceTheLimit(request())));
    for (const answer of answers) {
      const body = await answerOf(answer, 503);
      expect(body["code"]).toMatch(/^(?:mongodb_unavailable|answer_timeout)$/);
      expect(answer.headers.get("retry-after")).toMatch(/^\d+$/);
    }
  }
  // The last count of what is stored, and how old it is.
  const metrics = await (await beforeTwiceTheLimit(bot.request("/metrics"))).text();
  expect(metrics).toMatch(/^orb_stored_counts_age_seconds \S*[1-9]/m);
  expect(metrics).toMatch(/^orb_projects\{/m);
});

test("in an outage of Redis as well", async () => {
  lines = [];
  await redis.stop();
  await eventually("the loss reported", () =>
    failed().some(({ problem }) => problem?.code === "redis_unavailable"),
  );
  await post("/api/v1/signals", projectCreated("without-redis"));
  const known = () =>
    bot.app.redis?.commands.status === "reconnecting" && bot.app.redis.reader.status === "reconnecting";
  await eventually("both connections lost", known);
  await eventually("an event that waits", () => bot.app.outboxStore.hasUnrelayed());
  const reported = failed().filter(({ problem }) => problem?.code === "redis_unavailable");
  expect(reported).toHaveLength(1);
  expect(failed().filter(({ err }) => err !== undefined)).toEqual([]);
});
