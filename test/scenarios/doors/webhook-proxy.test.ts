import { expect, test } from "@jest/globals";
import { ask } from "../../support/bot/api.ts";
import { startBotProcess } from "../../support/bot/process.ts";
import { delivery } from "../../support/deliveries.ts";
import { eventually } from "../../support/eventually.ts";
import { freshStores } from "../../support/servers/stores.ts";
import { openWebhookChannel } from "../../support/webhook-channel.ts";

const ZEN = { zen: "Keep it logically awesome." };

test("where GitHub can't reach the bot it fetches webhooks from a channel, and again after that broke off; the signature still counts", async () => {
  await using stores = await freshStores();
  await using channel = await openWebhookChannel();
  const env = { WEBHOOK_PROXY_URL: channel.url };
  await using bot = await startBotProcess({ mongodbUri: stores.mongodbUri }, { env });
  const kept = async () => {
    const answer = await ask(bot.url, "/api/v1/deliveries?limit=100");
    return ((await answer.json()) as { items: { id: string }[] }).items.map(({ id }) => id);
  };

  const first = delivery("ping", ZEN);
  await eventually("the bot on the channel", () => channel.listeners === 1);
  channel.send(delivery("ping", ZEN, { secret: "of somebody else" }));
  channel.send(first);
  await eventually("the delivery kept", async () => (await kept()).includes(first.id));

  channel.cutOff();
  await eventually("the bot gone", () => channel.listeners === 0);
  await eventually("the bot back", () => channel.listeners === 1);
  const second = delivery("ping", ZEN);
  channel.send(second);
  await eventually("the second kept", async () => (await kept()).includes(second.id));
  expect((await kept()).toSorted()).toEqual([first.id, second.id].toSorted());
});
