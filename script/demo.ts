/**
 * What script/demo runs: one project from its first phase to a pull request and on to its merge, on this
 * machine alone. It runs until Ctrl-C, or ends by itself with `--once`.
 */
import { parseArgs } from "node:util";
import { listProjects, loadProject } from "../fixtures/meta-agent/load-project.ts";
import { OrbError, refusalOf } from "../src/errors.ts";
import { cleanUp } from "./walkthrough/clean-up.ts";
import { EventWatch } from "./walkthrough/event-watch.ts";
import { followThrough } from "./walkthrough/follow-through.ts";
import { type Outcome, outcomeOf } from "./walkthrough/outcome.ts";
import { Reporter } from "./walkthrough/reporter.ts";
import { countRequests } from "./walkthrough/requests.ts";
import { setStage, type Stage } from "./walkthrough/stage.ts";
import { openDoors, walk } from "./walkthrough/walk.ts";

const USAGE = `Usage: script/demo [--once] [--json] [--until opened|merged|cleaned] [--port N] [--project NAME]

  --once           ends by itself instead of staying up; the last line is the pull request as JSON
  --until STATE    opened: ends the story when the pull request is open; merged: continues with a failing check, a
                   conflict and a review until it is merged; cleaned: continues until its workspace is removed, and
                   another one is archived and restored. Default: opened with --once or --json, else cleaned
  --json           prints one JSON object per line instead of lines for people
  --port N         port of the bot; 0, the default, means any free port
  --project NAME   sample project for the Meta-Agent; default: feature
`;
const PORT_MAX = 65_535;

class UsageError extends Error {}

const interrupted = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => interrupted.abort(new Error(`ended by ${signal}`)));
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (error instanceof UsageError) {
    process.stderr.write(`${error.message}\n\n${USAGE}`);
    process.exitCode = 64; // EX_USAGE
  } else if (interrupted.signal.aborted && !(interrupted.signal.reason instanceof OrbError)) {
    process.exitCode = 130;
  } else {
    const { code, reason, remedy } = refusalOf(
      interrupted.signal.aborted ? interrupted.signal.reason : error,
    );
    process.stderr.write(
      `The demo ended early (${code}). ${code === "internal" ? String((error as Error).stack) : reason}\n${remedy}\n`,
    );
    process.exitCode = 1;
  }
}

async function main(args: readonly string[]): Promise<number> {
  const options = await readOptions(args);
  if (options === null) return 0;
  const { once, json, port, key, until } = options;
  const { signal } = interrupted;
  const reporter = new Reporter({ json });
  const project = await loadProject(key);
  const projectId = `demo-${key}`;
  await using stage = await setStage(project, { port, reporter });
  void stage.botDied.then((error) => interrupted.abort(error));
  await using watch = new EventWatch({ redisUrl: stage.redisUrl, project: projectId, reporter, signal });
  const door = openDoors(stage);
  try {
    const mark = stage.github.requests.mark();
    const walked = await walk(project, { stage, projectId, reporter, watch, door, signal });
    reporter.step("requests", countRequests(stage.github.requests.since(mark)));
    const outcome = () => outcomeOf(walked.number, { stage, projectId, events: watch.events });
    if (!once) invite(reporter, stage, outcome());
    if (until !== "opened") await followThrough(walked, { stage, watch, reporter });
    if (until === "cleaned") await cleanUp(walked, { stage, projectId, watch, door, reporter, signal });
    if (once) reporter.result({ ...outcome(), elapsedMs: reporter.elapsedMs });
    else await untilInterrupted();
  } finally {
    await door.close();
  }
  if (!once) reporter.say("Stopping …");
  return 0;
}

async function readOptions(args: readonly string[]) {
  const values = parse(args);
  if (values.help) {
    process.stdout.write(USAGE);
    return null;
  }
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > PORT_MAX) {
    throw new UsageError(`--port ${values.port} is not a port: use a number from 0 to ${PORT_MAX}.`);
  }
  const known = await listProjects();
  if (!known.includes(values.project)) {
    throw new UsageError(`--project ${values.project} is not a sample: use one of ${known.join(", ")}.`);
  }
  const { once, json, project: key, until = once || json ? "opened" : "cleaned" } = values;
  if (until !== "opened" && until !== "merged" && until !== "cleaned") {
    throw new UsageError(`--until ${until} is unknown: use opened, merged or cleaned.`);
  }
  return { once, json, port, key, until };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        once: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        until: { type: "string" },
        port: { type: "string", default: "0" },
        project: { type: "string", default: "feature" },
        help: { type: "boolean", short: "h", default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function invite(reporter: Reporter, stage: Stage, { pullRequest }: Outcome): void {
  const { botUrl, adminToken, mongodbUri, redisUrl, workspaceRoot, github } = stage;
  const adminUrl = `${botUrl}/admin/`;
  reporter.say(
    "",
    `  The pull request   ${pullRequest.url}`,
    `  The admin page     ${adminUrl} (not there yet; use the API)`,
    `  The API            curl -H 'Authorization: Bearer ${adminToken}' ${botUrl}/api/v1/pull-requests`,
    `  The bot's log      ${stage.botLog}`,
    "",
    "  Ctrl-C stops everything and deletes its files.",
  );
  if (!reporter.json) return;
  reporter.result({
    ready: true,
    botUrl,
    adminUrl,
    githubUrl: github.url,
    adminToken,
    mongodbUri,
    redisUrl,
    workspaceRoot,
  });
}

async function untilInterrupted(): Promise<void> {
  const { signal } = interrupted;
  if (signal.aborted) return;
  // A timer keeps the process alive; nothing else does once the walk has finished.
  const alive = setInterval(() => {}, 2 ** 30);
  await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
  clearInterval(alive);
  if (signal.reason instanceof OrbError) throw signal.reason;
}
