import { afterEach, beforeEach, describe, expect, test } from "../../support/testing.ts";
import { Schema } from "mongoose";
import { ConnectionString } from "mongodb-connection-string-url";
import { Database } from "../../../src/mongo/database.ts";
import {
  migrate,
  type MigrateOptions,
  type Migration,
  MIGRATIONS_COLLECTION,
} from "../../../src/mongo/migrate.ts";
import { eventually } from "../../support/eventually.ts";
import { freshStores, type Stores } from "../../support/servers/stores.ts";

const LEASE_MS = 300;

let stores: Stores;
const databases: Database[] = [];

beforeEach(async () => {
  stores = await freshStores();
});

afterEach(async () => {
  for (const database of databases.splice(0)) await database.close();
  await stores[Symbol.asyncDispose]();
});

const letterSchema = new Schema({ from: String, to: String });
letterSchema.index({ from: 1, to: 1 }, { unique: true });
letterSchema.index({ to: 1 });

/** The database as a process opens it. */
async function connect({ schema = letterSchema } = {}): Promise<Database> {
  const uri = new ConnectionString(stores.mongodbUri);
  uri.searchParams.set("monitorCommands", "true");
  const database = await Database.connect(uri.toString());
  databases.push(database);
  database.connection.model("Letter", schema, "letters");
  database.connection.model("Stamp", new Schema({ value: Number }), "stamps");
  return database;
}

function options(owner: string, applied: string[] = []): MigrateOptions {
  return { owner, leaseMs: LEASE_MS, onApplied: ({ id }) => applied.push(`${owner} ${id}`) };
}

/** Migrations that note that they ran. */
function recording(...ids: string[]): { migrations: Migration[]; ran: string[] } {
  const ran: string[] = [];
  return { ran, migrations: ids.map((id) => ({ id, run: async () => void ran.push(id) })) };
}

const schemas = (database: Database) => database.native.collection<{ _id: string }>(MIGRATIONS_COLLECTION);

async function indexesOf(database: Database, collection: string): Promise<string[]> {
  const indexes = await database.native.collection(collection).indexes();
  return indexes.map(({ name }) => String(name)).sort();
}

const LETTER_INDEXES = ["_id_", "from_1_to_1", "to_1"];

describe("an empty database", () => {
  test("gets what stores declare and each migration, in order", async () => {
    const database = await connect();
    const { migrations, ran } = recording("letters/1-a", "letters/2-b");
    const applied: string[] = [];
    await migrate(database, migrations, options("one", applied));
    expect(ran).toEqual(["letters/1-a", "letters/2-b"]);
    expect(applied).toEqual(["one letters/1-a", "one letters/2-b"]);
    expect(await indexesOf(database, "letters")).toEqual(LETTER_INDEXES);
    expect(await database.native.listCollections({ name: "stamps" }).toArray()).toHaveLength(1);
  });

  test("is changed by one of several processes that start at once, and the others wait for it", async () => {
    const { migrations, ran } = recording("letters/1-a");
    const letGo = Promise.withResolvers<void>();
    migrations.push({ id: "letters/2-slow", run: () => letGo.promise });
    const applied: string[] = [];
    const ready: string[] = [];
    const all = Promise.all(
      ["one", "two", "three"].map(async (owner) => {
        const database = await connect();
        await migrate(database, migrations, options(owner, applied));
        ready.push(owner);
        return indexesOf(database, "letters");
      }),
    );
    const watcher = await connect();
    // Longer than the lock: it is renewed for as long as its holder lives.
    const until = async () => (await schemas(watcher).findOne<{ until: Date }>({ _id: "schema" }))?.until;
    const first = await eventually("the lock", until);
    await eventually(
      "the lock renewed",
      async () => ((await until()) ?? first) > new Date(first.getTime() + LEASE_MS),
    );
    expect(ready).toEqual([]);
    letGo.resolve();
    expect(await all).toEqual([LETTER_INDEXES, LETTER_INDEXES, LETTER_INDEXES]);
    expect(ran).toEqual(["letters/1-a"]);
    expect(applied).toHaveLength(2);
  });
});

describe("a database that is current", () => {
  test("is only read", async () => {
    const { migrations, ran } = recording("letters/1-a");
    await migrate(await connect(), migrations, options("one"));
    const database = await connect();
    const before = await schemas(database).findOne({ _id: "schema" });
    await migrate(database, migrations, options("two"));
    expect(ran).toHaveLength(1);
    expect(await schemas(database).findOne({ _id: "schema" })).toEqual(before);
  });

  test("gets a new migration and a new index", async () => {
    await migrate(await connect(), recording("letters/1-a").migrations, options("one"));
    const schema = letterSchema.clone().index({ from: -1 });
    const database = await connect({ schema });
    const { migrations, ran } = recording("letters/1-a", "letters/2-b");
    await migrate(database, migrations, options("two"));
    expect(ran).toEqual(["letters/2-b"]);
    expect(await indexesOf(database, "letters")).toEqual([...LETTER_INDEXES, "from_-1"].sort());
  });

  test("gets a new migration without creating its indexes again", async () => {
    await migrate(await connect(), recording("letters/1-a").migrations, options("one"));
    const database = await connect();
    const commands: string[] = [];
    database.connection.getClient().on("commandStarted", ({ commandName }) => commands.push(commandName));
    const { migrations, ran } = recording("letters/1-a", "letters/2-b");
    await migrate(database, migrations, options("two"));
    expect(ran).toEqual(["letters/2-b"]);
    expect(commands).toContain("findAndModify");
    expect(commands).not.toContain("createIndexes");
  });

  test("gets its indexes back if a collection was dropped, even if somebody has written to it since", async () => {
    const database = await connect();
    await migrate(database, [], options("one"));
    await database.native.dropCollection("letters");
    await database.native.collection("letters").insertOne({});
    expect(await indexesOf(database, "letters")).toEqual(["_id_"]);
    await migrate(await connect(), [], options("two"));
    expect(await indexesOf(database, "letters")).toEqual(LETTER_INDEXES);
  });
});

test("if a process dies in a migration, another one runs it again once the lock has expired", async () => {
  const database = await connect();
  const { migrations, ran } = recording("letters/1-a", "letters/2-b");
  const dying = migrate(
    database,
    [...migrations.slice(0, 1), { id: "letters/2-b", run: () => Promise.reject(new Error("killed")) }],
    options("one"),
  );
  // As a killed process leaves it: locked, and half done.
  await expect(dying).rejects.toThrow("killed");
  await migrate(await connect(), migrations, options("two"));
  expect(ran).toEqual(["letters/1-a", "letters/2-b"]);
});

test("a process that lost the lock stops without marking the migration as applied", async () => {
  const database = await connect();
  const { migrations } = recording("letters/2-b");
  const robbed: Migration = {
    id: "letters/1-a",
    run: async () => void (await schemas(database).updateOne({ _id: "schema" }, { $set: { owner: "two" } })),
  };
  await expect(migrate(database, [robbed, ...migrations], options("one"))).rejects.toMatchObject({
    code: "migration_running",
  });
  expect(await schemas(database).findOne({ _id: "schema" })).not.toHaveProperty("applied");
});

test("a database that a newer version has changed is refused and left unchanged", async () => {
  await migrate(await connect(), recording("letters/1-a", "letters/2-newer").migrations, options("new"));
  const database = await connect({ schema: letterSchema.clone().index({ from: -1 }) });
  const { migrations, ran } = recording("letters/1-a", "letters/2-other");
  const starting = migrate(database, migrations, options("old"));
  await expect(starting).rejects.toMatchObject({
    code: "schema_too_new",
    message: expect.stringContaining("letters/2-newer"),
  });
  expect(ran).toEqual([]);
  expect(await indexesOf(database, "letters")).toEqual(LETTER_INDEXES);
});
