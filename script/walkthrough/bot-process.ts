// The bot as src/main.ts runs it, except that it stops with the process that started it, even if that one is
// killed.

import process from "node:process";

process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
process.channel?.unref();
await import("../../src/main.ts");
