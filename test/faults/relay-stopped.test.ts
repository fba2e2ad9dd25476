import { fileURLToPath } from "node:url";
import { Redis } from "ioredis";
import { expect, test } from "../support/testing.ts";
import { Relay } from "../../src/outbox/relay.ts";
import { RelayLease } from "../../src/outbox/relay-lease-store.ts";
import { OutboxStore } from "../../src/outbox/store.ts";
import { OutboxTelemetry } from "../../src/telemetry/outbox.ts";
import { useDatabase } from "../support/database.ts";
import { eventually } from "../support/eventually.ts";
import { startWorker } from "./deaths.ts";
import { instruments } from "./work-lanes.ts";

const WORKER = fileURLToPath(new URL("relay-worker.ts", import.meta.url));
/** Far above the turn of the process that is stopped. */
const TURN_MS = 60_000;

let outbox: OutboxStore;
let turns: RelayLease;
const own = useDatabase(({ database }) => {
  outbox = new OutboxStore(database, { relayed: true });
  turns = new RelayLease(database);
});

async function append(because: string): Promise<void> {
  await own.database.transaction(async (transaction) => {
    const data = { status: "created", phase: null, because };
    const event = { type: "orb.project.updated", data } as const;
    await outbox.append("p-1", event, { time: new Date(), transaction });
  });
}

test("a relay that was stopped with its batch read adds nothing after another has relayed in its place", async () => {
  const { mongodbUri, redisUrl } = own.stores;
  await append("first");
  const sleeper = startWorker(WORKER, { MONGODB_URI: mongodbUri, REDIS_URL: redisUrl });
  const redis = new Redis(redisUrl);
  try {
    await sleeper.message;
    await append("second");
    const telemetry = new OutboxTelemetry(instruments);
    const now = () => new Date();
    const deps = { store: outbox, turns, owner: "other", turnMs: TURN_MS, redis, telemetry, now };
    const other = new Relay(deps);
    await eventually("both relayed by the other", async () => {
      await other.relayBatch();
      return !(await outbox.hasUnrelayed());
    });
    let isAwake = false;
    void sleeper.ended.then(() => (isAwake = true));
    await eventually("the sleeper at its end", async () => {
      sleeper.kill("SIGCONT");
      return isAwake;
    });
    const entries = await redis.xrange("orb:events", "-", "+");
    const told = entries.map(([, [, event = ""]]) => JSON.parse(event).data.because);
    expect(told).toEqual(["first", "second"]);
  } finally {
    redis.disconnect();
    await sleeper.stop();
  }
});
