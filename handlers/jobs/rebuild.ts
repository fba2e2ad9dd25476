import type { Job } from "../../src/agenda/clock.ts";
import type { App } from "../../src/app.ts";

/** Where there is nothing to rebuild it is one look into the database. */
const EVERY_MS = 60 * 60_000;

/** Takes up open pull requests from GitHub where the database was lost. */
export function rebuild({ rebuild: memory }: App): Job {
  return { name: "rebuild", everyMs: EVERY_MS, run: () => memory.run() };
}
