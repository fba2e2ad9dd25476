import { expect, test } from "../../support/testing.ts";
import { connectRedis } from "../../../src/redis/client.ts";
import { StreamConsumer } from "../../../src/redis/stream-consumer.ts";
import { eventually } from "../../support/eventually.ts";
import { freshStores } from "../../support/servers/stores.ts";

/** Far longer than a test may take, so that only an interruption can end the read. */
const WAIT_MS = 3_600_000;

test("a read that waits for entries ends as soon as it is interrupted", async () => {
  await using stores = await freshStores();
  const connect = () => connectRedis(stores.redisUrl, { onError: () => {}, answerMs: 2 * WAIT_MS });
  const [commands, reader] = [connect(), connect()];
  const named = { stream: "entries", group: "readers", consumer: "reader" };
  const consumer = new StreamConsumer({
    commands,
    reader,
    ...named,
    waitMs: WAIT_MS,
    now: () => new Date(),
    onLong: () => {},
  });
  const handled: unknown[] = [];
  const handle = async (entries: readonly unknown[]) => void handled.push(...entries);
  // The first read returns entries from before, the second one waits.
  await consumer.readBatch(handle);
  const readerId = await reader.client("ID");
  const ended = consumer.readBatch(handle).then(
    () => "read",
    (error: Error) => error.message,
  );
  await eventually("the reader waiting", async () => {
    const client = String(await commands.client("LIST", "ID", readerId));
    return client.includes("cmd=xreadgroup") && /flags=\w*b/.test(client);
  });
  consumer.interrupt();
  expect(await ended).toBe("The reading was interrupted");
  expect(handled).toEqual([]);
  commands.disconnect();
});
