/** Loaded into a bot's process before the bot: tells its parent, when asked, how long its event loop was held up. */
import { monitorEventLoopDelay } from "node:perf_hooks";

const RESOLUTION_MS = 1;
const NS_PER_MS = 1_000_000;
const P99 = 99;

const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
delay.enable();
process.on("message", (message) => {
  if (message !== "loop delay") return;
  process.send?.({ p99Ms: delay.percentile(P99) / NS_PER_MS, maxMs: delay.max / NS_PER_MS });
  delay.reset();
});
