import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "../../support/testing.ts";
import { type App, createApp } from "../../../src/app.ts";
import { loadConfig } from "../../../src/config.ts";
import { botEnvironment } from "../../support/bot/environment.ts";
import { startBot } from "../../support/bot/in-process.ts";
import { eventually } from "../../support/eventually.ts";
import { ROOT } from "../../support/repository-files.ts";
import { freshStores, type Stores } from "../../support/servers/stores.ts";
import { storedRecord, storeRecord } from "../../support/stored-record.ts";
import { ask } from "../../support/bot/api.ts";
import { startBotProcess } from "../../support/bot/process.ts";
import { delivery } from "../../support/webhooks/deliveries.ts";
import { openWebhookChannel } from "../../support/webhooks/webhook-channel.ts";

const execute = promisify(execFile);

let stores: Stores;
let app: App;
let environment: Record<string, string>;

beforeAll(async () => {
  stores = await freshStores();
  environment = botEnvironment({ mongodbUri: stores.mongodbUri });
  app = await createApp(loadConfig(environment));
});

afterAll(async () => {
  await app.close();
  await stores[Symbol.asyncDispose]();
});

function inbox() {
  return app.deliveryStore.list({}, { before: null, limit: 10 });
}

/** Runs `npx probot receive` as in Probot's documentation. @throws if the command fails */
function receive(event: string, situation: string): Promise<{ stdout: string }> {
  const args = ["receive", "-e", event, "-p", `fixtures/webhooks/${situation}.json`, "./handlers/app.ts"];
  const env = { ...environment, PATH: process.env["PATH"] ?? "", LOG_LEVEL: "info" } as const;
  return execute(`${ROOT}node_modules/.bin/probot`, args, { cwd: ROOT, env });
}

test("an event from Probot's command line goes to the inbox, and a worker handles it like a delivery", async () => {
  await storeRecord(app, "p-1", { branch: "agent/greeting", pullRequest: { number: 1 } });
  const { stdout } = await receive("issue_comment", "command-refresh");
  expect(stdout).toContain("It is in the inbox");
  expect(stdout).not.toContain("No worker");
  const [kept, ...more] = await inbox();
  expect(more).toEqual([]);
  expect(kept).toMatchObject({ event: "issue_comment", action: "created", status: "pending" });
  expect(await storedRecord(app, "p-1")).toMatchObject({ requests: [] });

  await using _worker = await startBot({ mongodbUri: stores.mongodbUri });
  await eventually("the event handled", async () => (await inbox())[0]?.because === "Asked for: refresh");
});

test("an event without a handler is not stored, and the command warns if no worker seems to run", async () => {
  const { model } = app.deliveryStore;
  await model.updateMany({}, { $set: { status: "pending", "work.dueAt": new Date(0) } });
  const { stdout } = await receive("star", "push");
  expect(stdout).toContain("Nothing in the bot wants such events");
  expect(stdout).toContain("No worker seems to run");
  expect(await inbox()).toHaveLength(1);
});

/** Prints which modules are loaded with the Probot app. */
const LOADED = `
  import { registerHooks } from "node:module";
  const loaded = [];
  registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
  await import("./handlers/app.ts");
  console.log(JSON.stringify(loaded));
`;

test("the Probot app loads the inbox, and no Redis, no client of GitHub and no other work", async () => {
  const { stdout } = await execute("node", ["--input-type=module", "-e", LOADED], { cwd: ROOT });
  const loaded = (JSON.parse(stdout) as string[]).map((url) => url.replace(`file://${ROOT}`, ""));
  expect(loaded).toContain("src/deliveries/intake.ts");
  const unwanted =
    /^src\/(app|agenda|github|outbox|redis)\b|-requests\/.*work\.ts$|node_modules\/(ioredis|@octokit|agenda|probot)\//;
  expect(loaded.filter((path) => unwanted.test(path))).toEqual([]);
});

const ZEN = { zen: "Keep it logically awesome." };

test("a bot that GitHub can't reach gets webhooks from a channel, reconnects to it, and checks the signatures", async () => {
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
