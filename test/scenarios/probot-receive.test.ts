import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type App, createApp } from "../../src/app.ts";
import { loadConfig } from "../../src/config.ts";
import { botEnvironment } from "../support/bot/environment.ts";
import { ROOT } from "../support/repository-files.ts";
import { freshStores, type Stores } from "../support/servers/stores.ts";
import { storedRecord, storeRecord } from "../support/stored-record.ts";

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

/** `npx probot receive`, as Probot's documentation has it; fails where the command does. */
function receive(event: string, situation: string): Promise<{ stdout: string }> {
  const args = ["receive", "-e", event, "-p", `fixtures/webhooks/${situation}.json`, "./handlers/app.ts"];
  const env = { ...environment, PATH: process.env["PATH"] ?? "", LOG_LEVEL: "info" } as const;
  return execute(`${ROOT}node_modules/.bin/probot`, args, { cwd: ROOT, env });
}

test("an event that Probot's command line hands over does what a delivery does", async () => {
  await storeRecord(app, "p-1", { branch: "agent/greeting", pullRequest: { number: 1 } });
  const { stdout } = await receive("issue_comment", "command-refresh");
  expect(stdout).toContain("Asked for: refresh");
  expect(await storedRecord(app, "p-1")).toMatchObject({
    requests: [{ command: "refresh", by: "ines" }],
    work: { dueAt: expect.any(Date) },
  });
  await receive("pull_request_review", "changes-requested");
  expect(await storedRecord(app, "p-1")).toMatchObject({ nudges: 2 });
});

test("one that is about nobody's pull request is ignored, with the reason", async () => {
  await app.pullRequestStore.model.deleteMany({});
  const { stdout } = await receive("check_run", "check-failed");
  expect(stdout).toContain("No pull request of ours");
});
