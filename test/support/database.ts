import { afterAll, beforeAll } from "./testing.ts";
import { Database } from "../../src/mongo/database.ts";
import { freshStores, type Stores } from "./servers/stores.ts";

/** A connection to a MongoDB database of its own. */
export interface OwnDatabase {
  readonly stores: Stores;
  readonly database: Database;
}

/**
 * Call it once, at the top of a file: all its tests share the database.
 *
 * @param openStores makes the stores that the tests use; the indexes are created afterwards
 */
export function useDatabase(openStores: (own: OwnDatabase) => void): OwnDatabase {
  let own: OwnDatabase;
  beforeAll(async () => {
    const stores = await freshStores();
    own = { stores, database: await Database.connect(stores.mongodbUri) };
    openStores(own);
    await own.database.createIndexes();
  });
  afterAll(async () => {
    await own.database.close();
    await own.stores[Symbol.asyncDispose]();
  });
  return {
    get stores() {
      return own.stores;
    },
    get database() {
      return own.database;
    },
  };
}
