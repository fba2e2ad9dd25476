import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type App, createApp } from "../../../src/app.ts";
import { loadConfig } from "../../../src/config.ts";
import { botEnvironment } from "../../support/bot/environment.ts";
import { startBot } from "../../support/bot/in-process.ts";
import { eventually } from "../../support/eventually.ts";
import { ROOT } from "../../support/repository-files.ts";
import { freshStores, type Stores } from "../../support/servers/stores.ts";
import { storedRecord, storeRecord } from "../../support/stored-record.ts";

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

/** `npx probot receive`, as Probot's documentation has it; fails where the command does. */
function receive(event: string, situation: string): Promise<{ stdout: string }> {
  const args = ["receive", "-e", event, "-p", `fixtures/webhooks/${situation}.json`, "./handlers/app.ts"];
  const env = { ...environment, PATH: process.env["PATH"] ?? "", LOG_LEVEL: "info" } as const;
  return execute(`${ROOT}node_modules/.bin/probot`, args, { cwd: ROOT, env });
}

test("what Probot's command line hands over is in the inbox, and a worker does with it what it does with a delivery", async () => {
  await storeRecord(app, "p-1", { branch: "agent/greeting", pullRequest: { number: 1 } });
  const { stdout } = await receive("issue_comment", "command-refresh");
  expect(stdout).toContain("It is in the inbox");
  expect(stdout).not.toContain("No worker");
  const [kept, ...more] = await inbox();
  expect(more).toEqual([]);
  expect(kept).toMatchObject({ event: "issue_comment", action: "created", status: "pending" });
  expect(await storedRecord(app, "p-1")).toMatchObject({ requests: [] });

  await using _worker = await startBot({ mongodbUri: stores.mongodbUri });
  await eventually("it done", async () => (await inbox())[0]?.because === "Asked for: refresh");
});

test("what nobody wants is not kept; where nobody seems to work on the inbox, that is said", async () => {
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
