/** Through these variables the global setup tells the workers where the run's servers are. */
export const MONGODB_VARIABLE = "ORB_TEST_MONGODB_URI";
export const REDIS_VARIABLE = "ORB_TEST_REDIS_URL";
/** Tells this run's databases from those of another run on the same servers. */
export const RUN_VARIABLE = "ORB_TEST_RUN";

/** The set, in database 0, of the Redis databases that no test holds. */
export function freeDatabasesKey(run: string): string {
  return `orb-test:${run}:free-databases`;
}
