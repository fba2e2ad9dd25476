import { expect, test } from "@jest/globals";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { MongoClient, MongoNetworkError } from "mongodb";
import { MongoMemoryServer } from "mongodb-memory-server-core";
import { startMissingStores } from "../../script/services/embedded.ts";
import { currentHost } from "../../script/services/host.ts";
import { startMongo } from "../../script/services/mongo-server.ts";
import { findMongod } from "../../script/services/mongod-provider.ts";
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

/** Adds a note and answers which there are; the client is closed again before the server stops. */
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

test("embedded stores keep their data from one run to the next, on whatever ports", async () => {
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

test("only the stores without an address are started, and the person is told where they are", async () => {
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

/** @throws what is no fault of the network */
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
  // The driver tries again only once, and may not have noticed by then that the primary is gone.
  await eventually("a write taken in", () =>
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

test("a program that is no server is refused with what it said", async () => {
  const options = { binary: process.execPath };

  await expect(startSupervised({ server: "redis", options })).rejects.toMatchObject({
    code: "redis_start_failed",
    message: expect.stringMatching(/it exited at once[^]*bad option/),
  });
  const nothing = { binary: "/nowhere/redis" };
  await expect(startSupervised({ server: "redis", options: nothing })).rejects.toThrow("ENOENT");
});

test("a MongoDB that stands alone is refused, because transactions need a replica set", async () => {
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
