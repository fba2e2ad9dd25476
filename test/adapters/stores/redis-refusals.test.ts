import { Redis } from "ioredis";
import { expect, test } from "../../support/testing.ts";
import { startRedis } from "../../../script/services/redis-server.ts";
import { toRedisFailure } from "../../../src/redis/failure.ts";

const KEY = "orb:signals";

/** What the bot says about an answer of a Redis that `arrange` has changed. */
async function saidAfter(arrange: (redis: Redis) => Promise<unknown>): Promise<unknown> {
  await using server = await startRedis();
  const redis = new Redis(server.uri);
  try {
    await arrange(redis);
    return toRedisFailure(await redis.xadd(KEY, "*", "event", "{}").catch((error: unknown) => error));
  } finally {
    redis.disconnect();
  }
}

test.each([
  ["a key that another program uses", async (redis: Redis) => redis.set(KEY, "1"), "key"],
  [
    "a user without rights",
    async (redis: Redis) => {
      await redis.acl("SETUSER", "reader", "on", ">pass", "~*", "+@read", "+auth");
      await redis.auth("reader", "pass");
    },
    "user",
  ],
  ["a full memory", async (redis: Redis) => redis.config("SET", "maxmemory", "1"), "room"],
])("an answer about %s says what to do", async (_what, arrange, remedy) => {
  const said = await saidAfter(arrange);
  expect(said).toMatchObject({ code: "redis_refused", remedy: expect.stringContaining(remedy) });
});
