import { spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { freePort } from "../../../script/services/free-port.ts";
import { afterAll, beforeAll, expect, test } from "../../support/testing.ts";
import { Database } from "../../../src/mongo/database.ts";
import { MIGRATIONS_COLLECTION } from "../../../src/mongo/migrate.ts";
import { ask, sendSignals } from "../../support/bot/api.ts";
import { botEnvironment } from "../../support/bot/environment.ts";
import { environmentOfNode, startMain } from "../../support/bot/start-main.ts";
import { eventually } from "../../support/eventually.ts";
import { longStory, sampled } from "../../support/sample.ts";
import { cutOffFrom } from "../../support/servers/cut-off.ts";
import { freshStores, type Stores } from "../../support/servers/stores.ts";
import { projectCreated } from "../../support/signals.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const MAIN = `${ROOT}src/main.ts`;

let stores: Stores;

beforeAll(async () => {
  stores = await freshStores();
});

afterAll(async () => {
  await stores[Symbol.asyncDispose]();
});

test("a process that gets SIGTERM answers the requests that it has and exits with 0", async () => {
  const bot = await startMain({ ...botEnvironment(stores), LOG_LEVEL: "info" });
  const url = await bot.up;
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  await sendSignals(url ?? "", [projectCreated("stopping")]);
  bot.child.kill("SIGTERM");
  expect(await bot.ended).toBe(0);
  expect(bot.errors()).toBe("");
  expect(bot.lines.map(({ msg }) => msg)).toContain("Orb bot is stopping");
});

longStory(
  "a process that gets SIGTERM does not wait for connections that have sent nothing, half a request or half a body",
  async () => {
    const bot = await startMain({ ...botEnvironment(stores), LOG_LEVEL: "info" });
    const { port } = new URL((await bot.up) ?? "");
    const connections = [];
    for (const sent of [
      "",
      "GET /livez HTTP/1.1\r\nHost: ",
      "POST /api/github/webhooks HTTP/1.1\r\nHost: bot\r\nContent-Length: 9\r\n\r\n{",
    ]) {
      const connection = connect(Number(port), "127.0.0.1");
      await once(connection, "connect");
      connections.push(connection.on("error", () => {}));
      connection.write(sent);
    }
    // An answer on another connection shows that the server has read these.
    await ask(`http://127.0.0.1:${port}`, "/livez");
    bot.child.kill("SIGTERM");
    expect(await bot.ended).toBe(0);
    for (const connection of connections) connection.destroy();
  },
);

const STARTING = {
  "connects to MongoDB": (address: string) => ({ MONGODB_URI: `mongodb://${address}/orb` }),
  "asks GitHub for the first time": (address: string) => ({ GITHUB_API_URL: `http://${address}` }),
};
const MOMENTS = Object.keys(STARTING) as (keyof typeof STARTING)[];

// The later moment: more of the process runs, and has to be stopped, than at the first one.
test.each(sampled("moments of a start at which it is stopped", MOMENTS, ["asks GitHub for the first time"]))(
  "a process that gets SIGTERM while it %s exits with 0",
  async (when) => {
    const silent = createTcpServer();
    silent.listen(0, "127.0.0.1");
    await once(silent, "listening");
    const { port } = silent.address() as AddressInfo;
    const reached = once(silent, "connection");
    const bot = await startMain({ ...botEnvironment(stores), ...STARTING[when](`127.0.0.1:${port}`) });
    const [connection] = (await reached) as [Socket];
    connection.on("error", () => {});
    bot.child.kill("SIGTERM");
    expect(await bot.ended).toBe(0);
    expect(bot.errors()).toBe("");
    silent.close();
  },
);

longStory("a process that gets SIGTERM while MongoDB is away exits with 0", async () => {
  await using mongo = await cutOffFrom(stores.mongodbUri);
  const surroundings = { ...stores, mongodbUri: mongo.mongodbUri };
  const bot = await startMain({ ...botEnvironment(surroundings), LOG_LEVEL: "info" });
  await bot.up;
  mongo.refuse();
  bot.child.kill("SIGTERM");
  expect(await bot.ended).toBe(0);
  expect(bot.errors()).toBe("");
});

test("what one process has stored, the next one handles", async () => {
  const webOnly = await startMain({ ...botEnvironment(stores), LOG_LEVEL: "info", ROLES: "web" });
  const webUrl = (await webOnly.up) ?? "";
  await sendSignals(webUrl, [projectCreated("for-the-worker")]);
  expect((await ask(webUrl, "/api/v1/projects/for-the-worker")).status).toBe(404);

  const worker = await startMain({ ...botEnvironment(stores), LOG_LEVEL: "info", ROLES: "worker" });
  expect(await worker.up).toBeNull();
  await eventually(
    "the project",
    async () => (await ask(webUrl, "/api/v1/projects/for-the-worker")).status === 200,
  );
  webOnly.child.kill("SIGTERM");
  worker.child.kill("SIGTERM");
  expect(await Promise.all([webOnly.ended, worker.ended])).toEqual([0, 0]);
});

test("a wrong environment is refused with all its mistakes, exit code 78 and no secret in the text", async () => {
  const env = {
    ...botEnvironment(stores),
    PORT: "many",
    ROLES: "king",
    MONGODB_URI: "http://x",
    ADMIN_TOKEN: "hunter2",
  };
  const bot = await startMain(env);
  expect(await bot.ended).toBe(78);
  for (const name of ["PORT", "ROLES", "MONGODB_URI", "ADMIN_TOKEN"]) expect(bot.errors()).toContain(name);
  expect(bot.errors()).not.toContain("hunter2");
  expect(bot.errors()).not.toContain("PRIVATE KEY");
});

longStory("a missing MongoDB is reported in one sentence", async () => {
  const bot = await startMain({
    ...botEnvironment({ mongodbUri: "mongodb://127.0.0.1:9/orb?replicaSet=rs0" }),
  });
  expect(await bot.ended).toBe(1);
  expect(bot.errors()).toMatch(/No MongoDB answered at MONGODB_URI[\s\S]*Check the address/);
  expect(bot.errors()).not.toMatch(/\n\s+at /);
});

longStory("processes that start together on an empty database prepare it once", async () => {
  await using empty = await freshStores();
  const env = { ...botEnvironment(empty), LOG_LEVEL: "info" };
  const bots = await Promise.all([startMain(env), startMain(env)]);
  const urls = await Promise.all(bots.map(({ up }) => up));
  expect(new Set(urls).size).toBe(2);
  for (const { child } of bots) child.kill("SIGTERM");
  expect(await Promise.all(bots.map(({ ended }) => ended))).toEqual([0, 0]);
  const migrated = bots.flatMap(({ lines }) => lines.filter(({ msg }) => msg === "database migrated"));
  const ids = migrated.map(({ id }) => id);
  expect(ids).toContain("pull-requests/1-decide-whether-to-rebuild");
  expect(ids).toEqual([...new Set(ids)]);
});

longStory("a database of a newer version is refused in one sentence", async () => {
  await using newer = await freshStores();
  const database = await Database.connect(newer.mongodbUri);
  const applied = [{ id: "pull-requests/99-of-the-future", at: new Date(), version: "9.0.0" }];
  await database.native
    .collection<{ _id: string; applied: object[] }>(MIGRATIONS_COLLECTION)
    .insertOne({ _id: "schema", applied });
  await database.close();
  const bot = await startMain(botEnvironment(newer));
  expect(await bot.ended).toBe(1);
  expect(bot.errors()).toMatch(
    /Version 9\.0\.0 of the bot has migrated the database[\s\S]*Start that version/,
  );
  expect(bot.errors()).not.toMatch(/\n\s+at /);
});

longStory("an address in use is reported in one sentence, and the process ends", async () => {
  const other = createTcpServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as AddressInfo;
  const bot = await startMain({ ...botEnvironment(stores), PORT: String(port) });
  expect(await bot.ended).toBe(1);
  expect(bot.errors()).toContain(`The bot can't listen on 127.0.0.1:${port}`);
  other.close();
});

longStory(
  "without an App's credentials Probot's set-up page is served, with the permissions of app.yml",
  async () => {
    const port = await freePort();
    const child = spawn("node", [MAIN], {
      cwd: ROOT,
      env: { ...environmentOfNode(), PORT: String(port) },
    });
    const ended = once(child, "close");
    const page = await eventually("the set-up page", async () => {
      const response = await fetch(`http://localhost:${port}/probot`).catch(() => null);
      return response?.ok && (await response.text());
    });
    child.kill("SIGKILL");
    await ended;
    expect(page).toContain("Setup orb-bot");
    expect(page).toContain("pull_requests");
  },
);

longStory("in production missing credentials are an error, and there is no set-up page", async () => {
  const bot = await startMain({ NODE_ENV: "production", MONGODB_URI: stores.mongodbUri });
  expect(await bot.ended).toBe(78);
  expect(bot.errors()).toContain("APP_ID is not set");
});
