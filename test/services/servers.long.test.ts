import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomUUID } from "node:crypto";
import { expect, test, describe } from "../support/testing.ts";
import { Redis } from "ioredis";
import { MongoClient, MongoNetworkError } from "mongodb";
import { MongoMemoryServer } from "mongodb-memory-server-core";
import { startMissingStores } from "../../script/services/embedded.ts";
import { currentHost } from "../../script/services/host.ts";
import { startMongo } from "../../script/services/mongo-server.ts";
import { findMongod } from "../../script/services/mongod-provider.ts";
import { startAlertmanager, startPrometheus } from "../../script/services/monitoring-server.ts";
import { requireRedis } from "../../script/services/redis-connection.ts";
import { startRedis } from "../../script/services/redis-server.ts";
import { requireReplicaSet } from "../../script/services/replica-set.ts";
import { startSupervised } from "../../script/services/supervised-server.ts";
import { eventually } from "../support/eventually.ts";
import { freshStores } from "../support/servers/stores.ts";

interface Folder extends AsyncDisposable {
  readonly path: string;
}

async function temporaryFolder(): Promise<Folder> {
  const path = await mkdtemp(join(tmpdir(), "orb-data-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

/** Adds a note and returns all notes; its client is closed before the server stops. */
async function addNote(mongodbUri: string, text: string): Promise<string[]> {
  await using client = new MongoClient(mongodbUri);
  const notes = client.db("notes").collection("notes");
  await notes.insertOne({ text });
  return await notes.distinct("text");
}

async function increment(redisUrl: string): Promise<number> {
  const redis = new Redis(redisUrl);
  try {
    return await redis.incr("starts");
  } finally {
    redis.disconnect();
  }
}

test("embedded stores keep their data from one run to the next, on any ports", async () => {
  await using data = await temporaryFolder();
  const runs: unknown[] = [];
  for (const run of ["first", "second"]) {
    const mongodb = await startMongo({ dataDir: join(data.path, "mongodb") });
    const redis = await startRedis({ dataDir: join(data.path, "redis") });
    runs.push([await addNote(mongodb.uri, run), await increment(redis.uri)]);
    await Promise.all([mongodb.stop(), redis.stop()]);
  }
  expect(runs).toEqual([
    [["first"], 1],
    [["first", "second"], 2],
  ]);
});

test("a data folder is passed on from a server that stops, and never shared", async () => {
  await using data = await temporaryFolder();
  const first = await startRedis({ dataDir: data.path });
  await increment(first.uri);

  const second = startRedis({ dataDir: data.path });
  await first.stop();
  await using successor = await second;

  expect(await increment(successor.uri)).toBe(2);
});

test("only the stores without an address are started, with a message about where they are", async () => {
  await using data = await temporaryFolder();
  await using stores = await freshStores();
  const said: string[] = [];

  await using embedded = await startMissingStores(
    { MONGODB_URI: stores.mongodbUri },
    { dataDir: data.path, say: (line) => said.push(line) },
  );

  const { REDIS_URL, ...others } = embedded.addresses;
  expect(others).toEqual({});
  expect(await increment(REDIS_URL ?? "")).toBe(1);
  expect(said).toEqual([expect.stringContaining(`${REDIS_URL}, with its data in ${data.path}/redis`)]);
});

/** @throws every error except one of the network */
function onlyNetwork(error: unknown): null {
  if (error instanceof MongoNetworkError) return null;
  throw error;
}

test("three members survive the kill of their primary", async () => {
  await using set = await startMongo({ members: 3 });
  await using client = new MongoClient(set.uri);
  const notes = client.db("notes").collection("notes");
  await notes.insertOne({ text: "before" }, { writeConcern: { w: "majority" } });
  const { hosts, primary } = await client.db("admin").command({ hello: 1 });

  process.kill(set.pids[hosts.indexOf(primary)] ?? 0, "SIGKILL");
  // The driver tries again only once, and may not have noticed yet that the primary is gone.
  await eventually("a write accepted", () =>
    notes.insertOne({ text: "after" }, { writeConcern: { w: "majority" } }).catch(onlyNetwork),
  );

  expect(await notes.distinct("text")).toEqual(["after", "before"]);
});

test("a port that is taken is refused with the reason and a remedy", async () => {
  const squatter = createServer().listen(0, "127.0.0.1");
  await once(squatter, "listening");
  const { port } = squatter.address() as { port: number };

  await expect(startRedis({ port })).rejects.toMatchObject({
    code: "redis_start_failed",
    message: expect.stringContaining("Address already in use"),
    remedy: expect.stringContaining("REDIS_URL"),
  });
  squatter.close();
});

test("a program that is not a server is refused with its own error", async () => {
  const options = { binary: process.execPath };

  await expect(startSupervised({ server: "redis", options })).rejects.toMatchObject({
    code: "redis_start_failed",
    message: expect.stringMatching(/it exited at once[^]*bad option/),
  });
  const nothing = { binary: "/nowhere/redis" };
  await expect(startSupervised({ server: "redis", options: nothing })).rejects.toThrow("ENOENT");
});

test("a Prometheus finds the Alertmanager that its configuration names", async () => {
  await using folder = await temporaryFolder();
  const files = {
    alertmanager: join(folder.path, "alertmanager.yml"),
    prometheus: join(folder.path, "p.yml"),
  };
  await writeFile(files.alertmanager, "route: { receiver: nobody }\nreceivers: [{ name: nobody }]\n");
  await using alertmanager = await startAlertmanager({ configFile: files.alertmanager });
  const { host } = new URL(alertmanager.uri);
  const alerting = { alertmanagers: [{ static_configs: [{ targets: [host] }] }] };
  await writeFile(files.prometheus, JSON.stringify({ alerting }));

  await using prometheus = await startPrometheus({ configFile: files.prometheus });

  await eventually("the Alertmanager found", async () => {
    const answer = await fetch(`${prometheus.uri}/api/v1/alertmanagers`);
    return (await answer.text()).includes(`"activeAlertmanagers":[{"url":"http://${host}/`);
  });
});

test("a wrong configuration is refused with the program's own words", async () => {
  await using folder = await temporaryFolder();
  const configFile = join(folder.path, "config.yml");
  await writeFile(configFile, "no_such_setting: 1\n");

  await expect(startPrometheus({ configFile })).rejects.toMatchObject({
    code: "prometheus_start_failed",
    message: expect.stringContaining("no_such_setting"),
  });
  await expect(startAlertmanager({ configFile })).rejects.toMatchObject({
    code: "alertmanager_start_failed",
    message: expect.stringContaining("no_such_setting"),
  });
});

test("a standalone MongoDB is refused, because transactions need a replica set", async () => {
  const { path, version } = await findMongod(currentHost());
  await using alone = await MongoMemoryServer.create({ binary: { systemBinary: path, version } });
  await using stores = await freshStores();

  await expect(requireReplicaSet(stores.mongodbUri)).resolves.toBeUndefined();
  await expect(requireReplicaSet(alone.getUri())).rejects.toMatchObject({
    code: "mongo_not_a_replica_set",
    remedy: expect.stringContaining("rs.initiate()"),
  });
});

test("a MongoDB that does not answer is refused", async () => {
  await expect(requireReplicaSet("mongodb://127.0.0.1:1", 100)).rejects.toMatchObject({
    code: "mongo_unreachable",
    message: expect.stringContaining("ECONNREFUSED"),
  });
});

test("a Redis that does not answer is refused", async () => {
  await using stores = await freshStores();
  await expect(requireRedis(stores.redisUrl)).resolves.toBeUndefined();
  await expect(requireRedis("redis://127.0.0.1:1")).rejects.toMatchObject({ code: "redis_unreachable" });
});

describe("the stores of tests", () => {
  test("share nothing with others at the same time", async () => {
    await using one = await freshStores();
    await using other = await freshStores();

    await using writer = new MongoClient(one.mongodbUri);
    await using reader = new MongoClient(other.mongodbUri);
    await writer.db().collection("notes").insertOne({ text: "mine" });
    const redis = [new Redis(one.redisUrl), new Redis(other.redisUrl)] as const;
    await redis[0].set("note", "mine");

    expect(await reader.db().collection("notes").countDocuments()).toBe(0);
    expect(await redis[1].get("note")).toBeNull();
    redis.map((client) => client.disconnect());
  });

  test("have transactions and change streams in MongoDB", async () => {
    await using stores = await freshStores();
    await using client = new MongoClient(stores.mongodbUri);
    const notes = client.db().collection("notes");
    await notes.createIndex({ text: 1 });
    const { operationTime: startAtOperationTime } = await client.db().command({ ping: 1 });
    await using changes = notes.watch([], { startAtOperationTime });

    await client.withSession((session) =>
      session.withTransaction(() => notes.insertOne({ text: "committed" }, { session })),
    );

    expect(await changes.next()).toMatchObject({
      operationType: "insert",
      fullDocument: { text: "committed" },
    });
  });

  test("leave nothing behind when they are disposed of", async () => {
    // Another test may hold the same numbered database now.
    const key = `note-${randomUUID()}`;
    let left: { mongodbUri: string; redisUrl: string };
    {
      await using stores = await freshStores();
      left = { mongodbUri: stores.mongodbUri, redisUrl: stores.redisUrl };
      await using client = new MongoClient(stores.mongodbUri);
      await client.db().collection("notes").insertOne({ text: "old" });
      const redis = new Redis(stores.redisUrl);
      await redis.set(key, "old");
      redis.disconnect();
    }

    await using client = new MongoClient(left.mongodbUri);
    const redis = new Redis(left.redisUrl);
    expect(await client.db().listCollections().toArray()).toEqual([]);
    expect(await redis.exists(key)).toBe(0);
    redis.disconnect();
  });
});
