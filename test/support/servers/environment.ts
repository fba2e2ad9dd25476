/** Through these variables the global setup tells the workers where the run's servers are. */
export const MONGODB_VARIABLE = "ORB_TEST_MONGODB_URI";
export const REDIS_VARIABLE = "ORB_TEST_REDIS_URL";
/** Tells this run's databases from those of another run on the same servers. */
export const RUN_VARIABLE = "ORB_TEST_RUN";

/** After so long Redis removes the keys of a run: its server may be somebody's own. */
export const KEY_SECONDS = 24 * 60 * 60;

/** The set, in database 0, of the Redis databases that no test holds. */
export function freeDatabasesKey(run: string): string {
  return `orb-test:${run}:free-databases`;
}

/** The set, in database 0, of the MongoDB databases that a bot has prepared and no test holds. */
export function preparedDatabasesKey(run: string): string {
  return `orb-test:${run}:prepared-databases`;
}

/** The string, in database 0, that says which collections and indexes a prepared database has. */
export function preparedShapeKey(run: string): string {
  return `orb-test:${run}:prepared-shape`;
}

/** What the names of this run's MongoDB databases begin with. */
export function databasePrefix(run: string): string {
  return `orb-test-${run}-`;
}
