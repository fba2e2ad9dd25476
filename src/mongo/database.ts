import mongoose, { type ClientSession, type Connection } from "mongoose";
import { OrbError } from "../errors.ts";
import type { CauseKey } from "../work/rules/causes.ts";
import { setCauses } from "./causes.ts";
import { toStartFailure, unreachable } from "./failure.ts";
import { createDeclared, declaredPrint, existingPrint } from "./indexes.ts";
import { PrimaryWatch } from "./primary-watch.ts";
import { ServerClock } from "./server-clock.ts";

/** The session that a store needs to take part in a transaction. */
export type Transaction = ClientSession;

/** Collation for names of repositories and logins: GitHub ignores case. */
export const IGNORING_CASE = { locale: "en", strength: 2 } as const;

/**
 * How long the driver waits, in milliseconds. A link that went silent gives no error of its own: the driver asks every server
 * all the time, and if one does not answer it closes all connections to it, and what waits for them fails. That takes
 * `heartbeatFrequencyMS` and `connectTimeoutMS` together. `socketTimeoutMS` is for a single connection that went silent, as where
 * a firewall has forgotten it. The driver's `timeoutMS` is of no use: in its version 7.8 it does nothing.
 * https://www.mongodb.com/docs/drivers/node/current/connect/connection-options/
 */
export const MONGO_LIMITS = {
  serverSelectionTimeoutMS: 2_000,
  connectTimeoutMS: 5_000,
  heartbeatFrequencyMS: 10_000,
  /** Longer than any answer takes, except those of `UNHURRIED`. */
  socketTimeoutMS: 30_000,
  waitQueueTimeoutMS: 10_000,
} as const;

/** Nobody connects to it. */
const NOWHERE = "mongodb://nowhere.invalid";
const POOL_CONNECTIONS_MAX = 50;
const TRANSACTION_LIFETIME = "transactionLifetimeLimitSeconds";

/** One connection pool to a MongoDB replica set. Every write is acknowledged by a majority, journaled. */
export class Database {
  readonly connection: Connection;
  /** The time of the replica set's primary: for everything that is stored, or compared with what is stored. */
  readonly clock: ServerClock;
  readonly primary: PrimaryWatch;

  private constructor(connection: Connection, client: mongoose.mongo.MongoClient) {
    this.connection = connection;
    // https://www.mongodb.com/docs/manual/reference/command/hello/#mongodb-data-hello.localTime
    this.primary = new PrimaryWatch({ client, ping: () => this.ping() });
    this.clock = new ServerClock(async () => (await this.native.command({ hello: 1 }))["localTime"]);
  }

  /**
   * @throws OrbError `mongodb_unreachable` if nothing answers, `mongodb_not_a_replica_set` if a standalone server
   * answers: transactions and change streams need a replica set, though one node is enough
   */
  static async connect(
    uri: string,
    limits: Readonly<Record<keyof typeof MONGO_LIMITS, number>> = MONGO_LIMITS,
  ): Promise<Database> {
    const connection = mongoose.createConnection(uri, {
      // `migrate` does both, once for all processes.
      autoIndex: false,
      autoCreate: false,
      bufferCommands: false,
      maxPoolSize: POOL_CONNECTIONS_MAX,
      ...limits,
      writeConcern: { w: "majority", journal: true },
      readConcern: { level: "majority" },
    });
    try {
      await connection.asPromise();
    } catch (error) {
      await connection.close();
      throw unreachable("No MongoDB answered at MONGODB_URI", error);
    }
    const database = new Database(connection, connection.getClient());
    try {
      await database.#requireReplicaSet();
      await database.clock.start();
    } catch (error) {
      await database.close();
      throw toStartFailure(error);
    }
    return database;
  }

  /** A database that is never used: for documents about what is built on one. */
  static unconnected(): Database {
    const connection = mongoose.createConnection();
    for (const does of ["autoIndex", "autoCreate", "bufferCommands"]) connection.set(does, false);
    return new Database(connection, new mongoose.mongo.MongoClient(NOWHERE));
  }

  /** The driver's own database object, for libraries that don't use mongoose; it shares the connection pool. */
  get native(): mongoose.mongo.Db {
    const { db } = this.connection;
    if (!db) throw new Error("The connection to MongoDB was closed");
    return db;
  }

  async #requireReplicaSet(): Promise<void> {
    const hello = await this.connection.db?.command({ hello: 1 });
    if (hello?.["setName"] || hello?.["msg"] === "isdbgrid") return;
    throw new OrbError({
      code: "mongodb_not_a_replica_set",
      reason: "The MongoDB at MONGODB_URI is not a replica set, which transactions and change streams need.",
      remedy: "Start it with --replSet rs0 and run rs.initiate() once. A replica set of one node is enough.",
    });
  }

  /**
   * Runs `work` in one transaction, and again from the start after a write conflict: it must only touch stores.
   *
   * @param causes the messages for which it writes; stores that keep them ask with `causesOf`
   */
  async transaction<T>(
    work: (transaction: Transaction) => Promise<T>,
    { causes = [] }: { readonly causes?: readonly CauseKey[] } = {},
  ): Promise<T> {
    return this.connection.transaction((transaction) => {
      setCauses(transaction, causes);
      return work(transaction);
    });
  }

  /** Creates the collections and indexes of every opened store; existing ones do not change. */
  async createIndexes(): Promise<void> {
    await createDeclared(this.connection, this.native);
  }

  /** See `declaredPrint` in `indexes.ts`. */
  declaredPrint(): string {
    return declaredPrint(this.connection);
  }

  /** See `existingPrint` in `indexes.ts`. */
  async existingPrint(): Promise<string | null> {
    return existingPrint(this.connection, this.native);
  }

  /**
   * How long the transaction of a dead process may stay open: until then nobody else can write the same documents.
   * `null` if the server does not say, because that takes a privilege that the bot does not need.
   * https://www.mongodb.com/docs/manual/reference/parameters/#mongodb-parameter-param.transactionLifetimeLimitSeconds
   */
  async transactionLifetimeSeconds(): Promise<number | null> {
    const question = { getParameter: 1, [TRANSACTION_LIFETIME]: 1 };
    const answer = await this.native
      .admin()
      .command(question)
      .catch(() => null);
    const seconds: unknown = answer?.[TRANSACTION_LIFETIME];
    return typeof seconds === "number" ? seconds : null;
  }

  /** Resolves if the primary answers. */
  async ping(): Promise<void> {
    await this.connection.db?.command({ ping: 1 });
  }

  async close(): Promise<void> {
    this.clock[Symbol.dispose]();
    this.primary[Symbol.dispose]();
    await this.connection.close();
  }
}
