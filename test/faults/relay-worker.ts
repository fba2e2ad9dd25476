// Relays events as the bot does, in a process that stops itself between reading a batch and adding it to the stream.

import { Redis } from "ioredis";
import { Relay } from "../../src/outbox/relay.ts";
import { RelayLease } from "../../src/outbox/relay-lease-store.ts";
import { OutboxStore } from "../../src/outbox/store.ts";
import { OutboxTelemetry } from "../../src/telemetry/outbox.ts";
import { instruments, openWork } from "./work-lanes.ts";

/** The relay adds a batch with this command, and has read everything before. */
class StoppedBefore extends Redis {
  override eval: Redis["eval"] = (async (...args: Parameters<Redis["eval"]>) => {
    await new Promise((resolve) => void process.send?.("stops now", resolve));
    process.kill(process.pid, "SIGSTOP");
    return super.eval(...args);
  }) as Redis["eval"];
}

const { database, worker } = await openWork();
const { owner, leaseMs, now } = worker;
const relay = new Relay({
  store: new OutboxStore(database, { relayed: true }),
  turns: new RelayLease(database),
  owner,
  turnMs: leaseMs,
  redis: new StoppedBefore(process.env["REDIS_URL"] ?? ""),
  telemetry: new OutboxTelemetry(instruments),
  now,
});
process.on("disconnect", () => process.exit(1)); // the test is gone
await relay.relayBatch();
process.exit();
