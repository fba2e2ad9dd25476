// The bot as src/main.ts runs it, except that it stops with the process that started it, even if that one is
// killed, and that its clock may be ahead.

import process from "node:process";
import { AHEAD_VARIABLE } from "./bot-child.ts";

process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
process.channel?.unref();
let stop: (signal: NodeJS.Signals) => void = () => process.exit(0);
for (const name of ["SIGTERM", "SIGINT"] as const) process.on(name, (signal) => stop(signal));
// Loading takes most of the time of a start, so it begins once signals are heard.
const { run } = await import("../../src/run.ts");
const aheadMs = Number(process.env[AHEAD_VARIABLE] ?? 0);
const now = (): Date => new Date(Date.now() + aheadMs);
const onSignal = (handler: typeof stop): void => void (stop = handler);
await run(process.env, onSignal, aheadMs === 0 ? {} : { now });
