import { Redis } from "ioredis";
import { expect, test } from "../../support/testing.ts";
import { startRedis } from "../../../script/services/redis-server.ts";
import { PACE } from "../../../src/work/pace.ts";
import { startBot } from "../../support/bot/in-process.ts";
import { eventually } from "../../support/eventually.ts";
import { sampled } from "../../support/sample.ts";
import { freshStores } from "../../support/servers/stores.ts";

/** The bot reads its stream of signals once a second, or later on a busy machine. */
const READS_A_MINUTE = 60;
const READS_AT_REST = 3;
const MINUTE_MS = 60_000;
const COMMANDS_A_MINUTE_MAX = 60;
const LONG_MS = 180_000;
/** A loop that polls although the feed is open would ask fifty times a second. */
const IMPATIENT = { ...PACE, idleMs: 20, quietMs: 600_000 };

/** A bot with both roles and Redis, and what it asks of MongoDB. */
async function watchedBot(overrides: Parameters<typeof startBot>[1]) {
  await using stack = new AsyncDisposableStack();
  const stores = stack.use(await freshStores());
  const server = stack.use(await startRedis());
  const redis = new Redis(server.uri);
  stack.defer(() => redis.disconnect());
  const uri = new URL(stores.mongodbUri);
  uri.searchParams.set("monitorCommands", "true");
  const bot = stack.use(await startBot({ mongodbUri: String(uri), redisUrl: server.uri }, overrides));
  let commands: { readonly name: string; readonly atMs: number }[] = [];
  bot.app.database.connection.getClient().on("commandStarted", ({ commandName: name }) => {
    // Health is asked four times a second, at rest or not: GET /readyz follows the truth within one.
    if (name !== "ping") commands.push({ name, atMs: performance.now() });
  });
  const reads = async () => {
    const statistics = await redis.info("commandstats");
    return Number(/cmdstat_xreadgroup:calls=(\d+)/.exec(statistics)?.[1] ?? 0);
  };
  /** The commands that it sends until it has read its stream so many times. */
  const commandsDuring = async (times: number) => {
    commands = [];
    const before = await reads();
    await eventually("the stream read", async () => (await reads()) >= before + times, LONG_MS);
    return commands;
  };
  // The jobs of a start come one after the other.
  await eventually("it at rest", async () => (await commandsDuring(READS_AT_REST)).length <= 1, LONG_MS);
  const owned = stack.move();
  return { commandsDuring, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

test("while its change feed is open, an idle bot only waits for the feed", async () => {
  await using bot = await watchedBot({ pace: IMPATIENT });
  expect((await bot.commandsDuring(1)).filter(({ name }) => name !== "getMore")).toEqual([]);
});

for (const time of sampled("lengths of idle time", ["a minute"], [])) {
  test(
    `at the product's own pace an idle bot sends at most ${COMMANDS_A_MINUTE_MAX} commands to MongoDB in ${time}`,
    async () => {
      await using bot = await watchedBot({ pace: PACE, startJobs: true });
      const endMs = performance.now() + MINUTE_MS;
      const commands = await bot.commandsDuring(READS_A_MINUTE);
      const ofMinute = commands.filter(({ atMs }) => atMs < endMs);
      expect(ofMinute.length).toBeLessThanOrEqual(COMMANDS_A_MINUTE_MAX);
    },
    LONG_MS,
  );
}
