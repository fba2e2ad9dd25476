/**
 * The process that owns a server on behalf of another process; see supervised-server.ts. It answers one request
 * and runs until the channel to its parent closes or it receives a signal.
 */
import { once } from "node:events";
import { OrbError, type Refusal } from "../../src/errors.ts";
import { claimDataFolder } from "./data-folder.ts";
import type { LaunchedServer } from "./launched-program.ts";
import { launchMongo } from "./mongo-launch.ts";
import { launchAlertmanager, launchPrometheus } from "./monitoring-launch.ts";
import { launchRedis } from "./redis-launch.ts";
import type { LaunchAnswer, LaunchRequest } from "./supervised-server.ts";

// It listens before the launch starts, so that it also notices a parent that dies during the launch.
const released = Promise.race(
  ["disconnect", "SIGINT", "SIGTERM", "SIGHUP"].map((event) => once(process, event)),
);

try {
  const message = await Promise.race([once(process, "message"), released.then(() => undefined)]);
  if (message !== undefined) await serve(message[0] as LaunchRequest);
} catch (error) {
  await answer({ refused: refusalOf(error) });
}
process.exit();

async function serve(request: LaunchRequest): Promise<void> {
  const { dataDir } = request.options;
  const release = dataDir === undefined ? undefined : await claimDataFolder(dataDir);
  try {
    const server = await launch(request);
    try {
      await answer({ ready: { uri: server.uri, pids: server.pids } });
      await released;
    } finally {
      await server.stop();
    }
  } finally {
    await release?.();
  }
}

function launch(request: LaunchRequest): Promise<LaunchedServer> {
  switch (request.server) {
    case "mongo":
      return launchMongo(request.options);
    case "redis":
      return launchRedis(request.options);
    case "prometheus":
      return launchPrometheus(request.options);
    case "alertmanager":
      return launchAlertmanager(request.options);
    default:
      return request satisfies never;
  }
}

/** Resolves when the answer has been sent, or when the parent is gone. */
async function answer(message: LaunchAnswer): Promise<void> {
  await new Promise<void>((resolve) => {
    process.send?.(message, undefined, undefined, () => resolve());
  });
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof OrbError) return error.toRefusal();
  return {
    code: "service_start_failed",
    reason: error instanceof Error ? (error.stack ?? error.message) : String(error),
    remedy:
      "Read the reason; if it does not help, start the server by hand and set MONGODB_URI or REDIS_URL.",
  };
}
