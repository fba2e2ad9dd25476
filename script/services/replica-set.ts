import { MongoClient, MongoServerError, type Document } from "mongodb";
import { OrbError } from "../../src/errors.ts";

export const REPLICA_SET = "orb";

const PRIMARY_TIMEOUT_MS = 30_000;
/** https://www.mongodb.com/docs/manual/reference/error-codes/ */
const ALREADY_INITIALIZED = 23;
/** A fifth of MongoDB's default, so that three members find their first and their next primary in seconds. */
const SETTINGS = { electionTimeoutMillis: 2000, heartbeatIntervalMillis: 500 };

/**
 * Makes one replica set of started members ("host:port") and waits until it has a primary. Members that were a
 * set before become it again, even if their ports have changed.
 *
 * @returns the URI of the set
 */
export async function formReplicaSet(addresses: readonly string[]): Promise<string> {
  const first = new MongoClient(`mongodb://${addresses[0]}/?directConnection=true`);
  try {
    await initiate(first, addresses);
  } finally {
    await first.close();
  }
  const uri = `mongodb://${addresses.join(",")}/?replicaSet=${REPLICA_SET}`;
  await using set = new MongoClient(uri, { serverSelectionTimeoutMS: PRIMARY_TIMEOUT_MS });
  // Connecting ends once a primary has been found.
  await set.connect();
  return uri;
}

async function initiate(client: MongoClient, addresses: readonly string[]): Promise<void> {
  const admin = client.db("admin");
  const members = addresses.map((host, index) => ({ _id: index, host }));
  try {
    await admin.command({ replSetInitiate: { _id: REPLICA_SET, members, settings: SETTINGS } });
  } catch (error) {
    if (!(error instanceof MongoServerError) || error.code !== ALREADY_INITIALIZED) throw error;
    const { config } = await admin.command({ replSetGetConfig: 1 });
    if (sameHosts(config, addresses)) return;
    // A member that no longer finds itself in the set accepts only a forced reconfiguration.
    const moved = { ...config, version: config["version"] + 1, members };
    await admin.command({ replSetReconfig: moved, force: true });
  }
}

function sameHosts(config: Document, addresses: readonly string[]): boolean {
  const members: Document[] = config["members"];
  return members.length === addresses.length && members.every(({ host }, index) => host === addresses[index]);
}

/**
 * Makes sure that a configured server can be reached and is part of a replica set, which transactions and
 * change streams need.
 *
 * @throws OrbError `mongo_unreachable` (after `timeoutMs`) or `mongo_not_a_replica_set`
 */
export async function requireReplicaSet(uri: string, timeoutMs = 5000): Promise<void> {
  let hello: Document;
  try {
    await using client = new MongoClient(uri, { serverSelectionTimeoutMS: timeoutMs });
    hello = await client.db("admin").command({ hello: 1 });
  } catch (cause) {
    const reason = `The server of MONGODB_URI does not answer: ${cause instanceof Error ? cause.message : String(cause)}`;
    const remedy = "Start it, correct MONGODB_URI, or unset MONGODB_URI to have a server started for you.";
    throw new OrbError({ code: "mongo_unreachable", reason, remedy }, { cause });
  }
  // A mongos answers without the name of a set, but can do what a replica set can.
  if (hello["setName"] !== undefined || hello["msg"] === "isdbgrid") return;
  throw new OrbError({
    code: "mongo_not_a_replica_set",
    reason: "The MongoDB at MONGODB_URI is not a replica set, which transactions and change streams need.",
    remedy:
      "Start it with --replSet rs0 and run rs.initiate() once, or unset MONGODB_URI to have a server started for you.",
  });
}
