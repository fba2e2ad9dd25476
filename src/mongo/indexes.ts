import { createHash } from "node:crypto";
import type { Connection, mongo } from "mongoose";

/** MongoDB's code for a collection that exists already. */
const NAMESPACE_EXISTS = 48;

const BUILD_MS_MAX = 3_600_000;
/** For commands that may take longer than an answer usually does. */
const UNHURRIED = { socketTimeoutMS: BUILD_MS_MAX, maxTimeMS: BUILD_MS_MAX };

/** A collection as its store declares it. */
interface DeclaredCollection {
  readonly name: string;
  readonly indexes: mongo.IndexDescription[];
}

/** The collections of all stores that were opened on a connection, with their indexes. */
function declaredOn(connection: Connection): DeclaredCollection[] {
  return Object.values(connection.models).map(({ collection, schema }) => ({
    name: collection.collectionName,
    // mongoose allows a few more notations of a key than the driver; no store uses them.
    indexes: schema
      .indexes()
      .map(([key, options]) => Object.assign({}, options, { key }) as mongo.IndexDescription),
  }));
}

/** A fingerprint of everything that is declared: it changes when an index or a collection does. */
export function declaredPrint(connection: Connection): string {
  const declared = declaredOn(connection).toSorted((one, other) => one.name.localeCompare(other.name));
  return printOf(declared);
}

/**
 * A fingerprint of the ids that MongoDB gave the declared collections; `null` if one is missing. A collection that was dropped
 * and created again, perhaps without its indexes, has another id.
 */
export async function existingPrint(connection: Connection, db: mongo.Db): Promise<string | null> {
  const found = await db.listCollections({ type: "collection" }).toArray();
  const ids = new Map(found.map((each) => [each.name, "info" in each ? each.info?.uuid?.toString() : null]));
  const names = declaredOn(connection).map(({ name }) => name);
  if (!names.every((name) => ids.has(name))) return null;
  return printOf(names.toSorted().map((name) => [name, ids.get(name)]));
}

/**
 * Creates what is declared and missing: all collections at the same time, each with its indexes in one command. Reads and
 * writes continue meanwhile:
 * https://www.mongodb.com/docs/manual/core/index-creation/
 */
export async function createDeclared(connection: Connection, db: mongo.Db): Promise<void> {
  await Promise.all(
    declaredOn(connection).map(({ name, indexes }) =>
      indexes.length > 0 ? db.collection(name).createIndexes(indexes, UNHURRIED) : createCollection(db, name),
    ),
  );
}

async function createCollection(db: mongo.Db, name: string): Promise<void> {
  try {
    await db.createCollection(name);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === NAMESPACE_EXISTS)) throw error;
  }
}

function printOf(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex");
}
