import { launchServer, type LaunchedServer, type ServerPlace } from "./launched-program.ts";

/** The options of one Redis server. */
export interface RedisLaunch extends ServerPlace {
  readonly binary: string;
}

/** Launches a Redis server. With a data folder it keeps its data there; without one it writes nothing to disk. */
export function launchRedis({ binary, ...place }: RedisLaunch): Promise<LaunchedServer> {
  const durability = ["--appendonly", place.dataDir === undefined ? "no" : "yes"];
  return launchServer(
    {
      name: "Redis server",
      scheme: "redis",
      binary,
      ready: /ready to accept connections/i,
      args: ({ port, folder }) => {
        const network = ["--bind", "127.0.0.1", "--port", String(port)];
        // 64 databases, so that each test file that runs at the same time can have its own.
        return [...network, "--dir", folder, "--save", "", ...durability, "--databases", "64"];
      },
      refusal: {
        code: "redis_start_failed",
        remedy: "Free the port or the data folder that it names, or set REDIS_URL to a running server.",
      },
    },
    place,
  );
}
