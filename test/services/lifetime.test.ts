import { expect, test } from "../support/testing.ts";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { isAlive } from "../../script/services/is-alive.ts";

const OWNER = fileURLToPath(new URL("server-owner.ts", import.meta.url));
const GONE_TIMEOUT_MS = 20_000;

interface Owner extends AsyncDisposable {
  readonly exited: Promise<unknown>;
  readonly serverPids: readonly number[];
  /** The only folder in which it and its servers put temporary files. */
  readonly temporaryFolder: string;
  kill(signal: NodeJS.Signals): void;
}

/** Starts a process that owns servers, and waits until it says that they are up. */
async function startOwner(ending: "wait" | "throw" | "return", kinds: string): Promise<Owner> {
  const temporaryFolder = await mkdtemp(join(tmpdir(), "orb-owner-"));
  const child = spawn(process.execPath, [OWNER, ending, kinds], {
    stdio: ["ignore", "pipe", "ignore"],
    env: { ...process.env, TMPDIR: temporaryFolder },
  });
  const exited = once(child, "exit");
  const [line] = await once(child.stdout.setEncoding("utf8"), "data");
  return {
    exited,
    serverPids: JSON.parse(line),
    temporaryFolder,
    kill: (signal) => child.kill(signal),
    [Symbol.asyncDispose]: () => rm(temporaryFolder, { recursive: true, force: true }),
  };
}

/** Fails if a process or a temporary file still exists after a while. */
async function expectNothingLeft({ serverPids, temporaryFolder }: Owner): Promise<void> {
  const deadline = performance.now() + GONE_TIMEOUT_MS;
  let left: unknown[];
  do {
    left = [...serverPids.filter(isAlive), ...(await readdir(temporaryFolder))];
    if (left.length > 0) await delay(20);
  } while (left.length > 0 && performance.now() < deadline);
  expect(left).toEqual([]);
}

test("neither MongoDB, Redis nor what starts git outlives the kill -9 of its owner", async () => {
  await using owner = await startOwner("wait", "mongo,redis,git");
  expect(owner.serverPids.map(isAlive)).toEqual([true, true, true]);

  owner.kill("SIGKILL");
  await owner.exited;

  await expectNothingLeft(owner);
});

// From here on Redis stands for both: what stops a server is the same, and Redis is up sooner.
test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("no server outlives its owner's %s", async (signal) => {
  await using owner = await startOwner("wait", "redis");
  expect(owner.serverPids.map(isAlive)).toEqual([true]);

  owner.kill(signal);
  await owner.exited;

  await expectNothingLeft(owner);
});

test.each(["throw", "return"] as const)("no server outlives an owner that ends with %s", async (ending) => {
  await using owner = await startOwner(ending, "redis");

  await owner.exited;

  await expectNothingLeft(owner);
});
