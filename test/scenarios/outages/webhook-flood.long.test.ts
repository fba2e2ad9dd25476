import { randomBytes } from "node:crypto";
import { NODE_FLAGS } from "../../../script/services/node-flags.ts";
import { afterAll, beforeAll, expect, test } from "../../support/testing.ts";
import { type BotProcess, startBotProcess } from "../../support/bot/process.ts";
import { answerOf, delivery, post, signedHeaders } from "../../support/webhooks/deliveries.ts";
import { eventually } from "../../support/eventually.ts";
import { chunk, MEBIBYTE, openPost, residentBytes } from "../../support/webhooks/flood.ts";
import { freshStores, type Stores } from "../../support/servers/stores.ts";

const ZEN = { zen: "Anything added dilutes everything else." };
const FLOOD_BYTES = 200 * MEBIBYTE;
const GROWTH_BYTES_MAX = 10 * MEBIBYTE;
const SLOW = 100;

let stores: Stores;
let bot: BotProcess;

beforeAll(async () => {
  stores = await freshStores();
  bot = await startBotProcess({ mongodbUri: stores.mongodbUri }, { flags: NODE_FLAGS });
});

afterAll(async () => {
  await bot[Symbol.asyncDispose]();
  await stores[Symbol.asyncDispose]();
});

const FRAMINGS = {
  "a length": { framing: { "content-length": String(FLOOD_BYTES) }, framed: (bytes: Buffer) => bytes },
  "no length": { framing: { "transfer-encoding": "chunked" }, framed: chunk },
};
const NAMES = Object.keys(FRAMINGS) as (keyof typeof FRAMINGS)[];

/** A good webhook is stored, if not at once: on a busy machine MongoDB may take longer for a write than the bot waits. */
async function storedAtLast(): Promise<void> {
  await eventually("a good webhook stored", async () => {
    const answer = await post(bot.url, delivery("ping", ZEN));
    return answer.status === 503 ? undefined : answerOf(answer, 202);
  });
}

// Without a length there is nothing to refuse before the bytes come.
test.each(NAMES)("200 MB without a valid signature, sent with %s, are not kept in memory", async (name) => {
  const { framing, framed } = FRAMINGS[name];
  for (let warm = 0; warm < 200; warm++) await storedAtLast();
  const before = await residentBytes(bot.pid);
  const { headers } = delivery("ping", ZEN, { secret: "a stranger's" });
  const flood = await openPost(bot.url, { ...headers, ...framing });
  const bytes = framed(randomBytes(MEBIBYTE));
  let most = before;
  for (let sent = 0; sent < FLOOD_BYTES && (await flood.write(bytes)); sent += MEBIBYTE) {
    most = Math.max(most, await residentBytes(bot.pid));
  }
  // A client that is still writing may see the connection reset before the answer.
  await eventually("the refusal", () => flood.answer().includes("too_large") || flood.socket.destroyed);
  most = Math.max(most, await residentBytes(bot.pid));
  expect(most - before).toBeLessThan(GROWTH_BYTES_MAX);
  flood.socket.destroy();
});

test("24 MB of signed brackets are refused without the memory that reading them would take", async () => {
  const body = Buffer.alloc(24 * MEBIBYTE, "[");
  const before = await residentBytes(bot.pid);
  const answer = await post(bot.url, { id: "", body, headers: signedHeaders("push", body) });
  expect(await answerOf(answer, 400)).toMatchObject({
    code: "unreadable_payload",
    detail: expect.stringContaining("nested deeper than 100 levels"),
  });
  expect((await residentBytes(bot.pid)) - before).toBeLessThan(4 * body.length);
});

test("a hundred bodies that do not end do not delay other requests, and take little memory", async () => {
  const before = await residentBytes(bot.pid);
  const { headers } = delivery("ping", ZEN, { secret: "a stranger's" });
  const slow = await Promise.all(
    Array.from({ length: SLOW }, () =>
      openPost(bot.url, { ...headers, "content-length": String(20 * MEBIBYTE) }),
    ),
  );
  const bytes = randomBytes(MEBIBYTE);
  await Promise.all(slow.map((one) => one.write(bytes)));
  let answered = 0;
  // On a slow machine the bot may hang up on the first bodies, as it may after half a minute, before fifty are answered.
  while (answered < 50 && slow.every((one) => one.answer() === "")) {
    await Promise.all(slow.map((one) => one.write(Buffer.from("."))));
    await storedAtLast();
    answered += 1;
  }
  expect((await residentBytes(bot.pid)) - before).toBeLessThan(SLOW * MEBIBYTE);
  expect(answered).toBeGreaterThanOrEqual(10);
  expect(slow.filter((one) => one.answer() !== "" && !one.answer().startsWith("HTTP/1.1 408 "))).toEqual([]);
  for (const one of slow) one.socket.destroy();
});
