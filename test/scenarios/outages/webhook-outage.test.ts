import { randomBytes } from "node:crypto";
import { afterAll, afterEach, beforeAll, expect, test } from "../../support/testing.ts";
import { type Bot, startBot } from "../../support/bot/in-process.ts";
import { answerOf, delivery, post } from "../../support/webhooks/deliveries.ts";
import { eventually } from "../../support/eventually.ts";
import { MEBIBYTE } from "../../support/webhooks/flood.ts";
import { type CutOff, cutOffFrom } from "../../support/servers/cut-off.ts";
import { freshStores, type Stores } from "../../support/servers/stores.ts";

const AT_ONCE = 20;
const ZEN = { zen: "Speak like a human." };

let stores: Stores;
let mongo: CutOff;
let bot: Bot;

beforeAll(async () => {
  stores = await freshStores();
  mongo = await cutOffFrom(stores.mongodbUri);
  bot = await startBot({ mongodbUri: mongo.mongodbUri });
});

afterEach(() => mongo.heal());

afterAll(async () => {
  await bot[Symbol.asyncDispose]();
  await mongo[Symbol.asyncDispose]();
  await stores[Symbol.asyncDispose]();
});

test.each([
  { name: "refuses connections", away: () => mongo.refuse() },
  { name: "does not answer", away: () => mongo.hang() },
])(
  "while MongoDB $name nothing is acknowledged; GitHub's redelivery is stored once it is back",
  async ({ away }) => {
    expect(await answerOf(await post(bot.url, delivery("ping", ZEN)), 202)).toMatchObject({
      outcome: "stored",
    });
    away();
    const large = delivery("ping", { ...ZEN, filler: randomBytes(6 * MEBIBYTE).toString("base64") });
    const refused = [large, ...Array.from({ length: AT_ONCE }, () => delivery("ping", ZEN))];
    const answers = await Promise.all(refused.map((one) => post(bot.url, one)));
    for (const answer of answers) {
      expect(answer.headers.get("retry-after")).toMatch(/^\d+$/);
      expect(await answerOf(answer, 503)).toMatchObject({ code: "mongodb_unavailable" });
    }
    mongo.heal();
    for (const one of refused) {
      await eventually(`${one.id} taken`, async () => (await post(bot.url, one)).status === 202);
    }
    const done = async () => {
      const { items } = await answerOf(await bot.request("/api/v1/deliveries?status=done&limit=100"), 200);
      return new Set((items as { id: string }[]).map(({ id }) => id));
    };
    await eventually("all of them done", async () => {
      const ids = await done();
      return refused.every(({ id }) => ids.has(id));
    });
  },
);
