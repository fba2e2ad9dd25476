/**
 * What script/schemathesis runs: starts a bot with a MongoDB, a Redis and a local GitHub of its own, fills it with one sample project, and
 * lets schemathesis compare the bot's answers with the API's description.
 */
import { dirname } from "node:path";
import { loadProject } from "../fixtures/meta-agent/load-project.ts";
import { currentHost } from "./services/host.ts";
import { provideSchemathesis } from "./services/schemathesis-provider.ts";
import { attackAll } from "./api-attack/attack.ts";
import { HELP, type Options, readOptions, UsageError } from "./api-attack/options.ts";
import { makeBypassToken } from "./api-attack/bypass-token.ts";
import { RATE_LIMIT_CATEGORIES, RATE_LIMIT_MAX } from "../src/rate-limit-categories.ts";
import { EventWatch } from "./walkthrough/event-watch.ts";
import { Reporter } from "./walkthrough/reporter.ts";
import { setStage } from "./walkthrough/stage.ts";
import { openDoors, walk } from "./walkthrough/walk.ts";

const EX_USAGE = 64;
const EX_UNAVAILABLE = 69;
const EX_INTERRUPTED = 130;
const PROJECT = "feature";
/** The limits of addresses hold for requests without a token too. */
const RATE_LIMITS = RATE_LIMIT_CATEGORIES.map((category) => `${category}=${RATE_LIMIT_MAX}`).join(",");

const interrupted = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => interrupted.abort(new Error(`ended by ${signal}`)));
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options === null) process.stdout.write(HELP);
  else process.exitCode = await main(options);
} catch (error) {
  const { message } = error as Error;
  process.stderr.write(error instanceof UsageError ? `${message}\n\n${HELP}` : `${message}\n`);
  if (error instanceof UsageError) process.exitCode = EX_USAGE;
  else process.exitCode = interrupted.signal.aborted ? EX_INTERRUPTED : EX_UNAVAILABLE;
}

/** @returns 0 if every answer was as described, 1 if one was not */
async function main(options: Options): Promise<number> {
  const { signal } = interrupted;
  const { path: program } = await provideSchemathesis(currentHost());
  const reporter = new Reporter({ json: false });
  const project = await loadProject(PROJECT);
  await using stage = await setStage(project, { port: 0, reporter, settings: { RATE_LIMITS } });
  void stage.botDied.then((error) => interrupted.abort(error));
  signal.throwIfAborted();
  {
    const projectId = `demo-${PROJECT}`;
    await using watch = new EventWatch({ redisUrl: stage.redisUrl, project: projectId, reporter, signal });
    const door = openDoors(stage);
    try {
      await walk(project, { stage, projectId, reporter, watch, door, signal });
    } finally {
      await door.close();
    }
  }
  const token = await makeBypassToken(stage);
  const folder = dirname(stage.botLog);
  return await attackAll({ ...options, program, url: stage.botUrl, token, folder, signal });
}
