// A bare Probot in its own process: its own server, and a handler that takes a while and then reports that it
// is done.

import { appendFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { pino } from "pino";
import { Probot, Server } from "probot";

/** The time of a handler that makes one request to GitHub and one write. */
const WORK_MS = 200;

const { PEER_APPLIED_FILE, PEER_PORT, APP_ID, PRIVATE_KEY, WEBHOOK_SECRET } = process.env;
if (!PEER_APPLIED_FILE || !APP_ID || !PRIVATE_KEY || !WEBHOOK_SECRET) {
  throw new Error("Only bench/loss.bench.ts may start this process");
}
const log = pino({ level: "silent" });
const server = new Server({
  host: "127.0.0.1",
  port: Number(PEER_PORT),
  log,
  Probot: Probot.defaults({ appId: APP_ID, privateKey: PRIVATE_KEY, secret: WEBHOOK_SECRET, log }),
});
await server.load((probot) => {
  probot.onAny(async ({ id }) => {
    await delay(WORK_MS);
    appendFileSync(PEER_APPLIED_FILE, `${id}\n`);
  });
});
await server.start();
process.on("disconnect", () => process.exit(1)); // the benchmark is gone
process.send?.("up");
