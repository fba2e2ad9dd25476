import { Tinypool } from "tinypool";

/** The parts of Jest's test that are used. */
interface JestTest {
  readonly path: string;
  readonly context: { readonly config: unknown };
}
interface Failure {
  readonly message: string;
  readonly stack: string | undefined;
}

const WORKER = new URL("worker-runner.js", import.meta.resolve("jest-light-runner")).href;
const ASKS_FOR_DATA = "jest-light-runner-get-worker-data";
/**
 * A worker starts with 32 MiB for young objects, as much as it comes to need. Otherwise V8 begins with one, and collects them
 * more often while it grows, once for each worker: of the processor time of the tests that is a twentieth.
 */
const WORKER_FLAGS = ["--min-semi-space-size=32", "--max-semi-space-size=64"];
/** The limits of single tests are in the worker, and so do not end one that hangs before its first test. More for a run by hand. */
const FILE_MS_MAX = Number(process.env["ORB_TEST_FILE_MINUTES"] ?? 20) * 60_000;

/** Files whose tests have the worker itself start dozens of programs, in the order in which they are run. */
const STARTERS = ["faults/workspaces", "adapters/workspaces/", "scenarios/workspaces/"];

/**
 * Jest's runner: runs each test file in one of a few processes, with the worker of jest-light-runner.
 *
 * That package's own runner has one channel for all its processes. The first that asks for its configuration makes it answer
 * all, and one that was not listening yet then waits for ever. Here each file that is run has its own channel.
 */
export default class ProcessRunner {
  readonly #globalConfig: { readonly maxWorkers: number };

  constructor(globalConfig: { readonly maxWorkers: number }) {
    this.#globalConfig = globalConfig;
  }

  async runTests(
    tests: readonly JestTest[],
    _watcher: unknown,
    onStart: (test: JestTest) => Promise<void>,
    onResult: (test: JestTest, result: unknown) => Promise<void>,
    onFailure: (test: JestTest, failure: Failure) => Promise<void>,
  ): Promise<void> {
    const { maxWorkers } = this.#globalConfig;
    const processes = Math.min(maxWorkers, tests.length);
    const pool = new Tinypool({
      filename: WORKER,
      runtime: "child_process",
      minThreads: processes,
      maxThreads: processes,
      env: process.env as Record<string, string>,
      trackUnmanagedFds: false,
      execArgv: WORKER_FLAGS,
    });
    const queue = startersFirst(tests).values();
    const lane = async () => {
      for (const test of queue) {
        await onStart(test);
        try {
          await onResult(test, await this.#run(pool, test));
        } catch (error) {
          const { message, stack } = error as Error;
          await onFailure(test, { message, stack });
        }
      }
    };
    await Promise.all(Array.from({ length: processes }, lane));
    await pool.destroy();
  }

  async #run(pool: Tinypool, { path, context }: JestTest): Promise<unknown> {
    const workerData = {
      globalConfig: this.#globalConfig,
      projectConfig: context.config,
      runtime: "child_process",
    };
    let send: (message: unknown) => void = () => {};
    const channel = {
      onMessage: (listener: (message: unknown) => void) => {
        send = listener;
      },
      postMessage: (message: unknown) => {
        if (message === ASKS_FOR_DATA) send({ type: "jest-light-runner-worker-data", workerData });
      },
    };
    return pool.run(path, { channel, signal: AbortSignal.timeout(FILE_MS_MAX) });
  }
}

/**
 * Otherwise in Jest's order, the longest first. To start a program, the kernel copies the tables of the worker's memory, which
 * grows to several times its size during a run: what starts many programs costs the less system time, the earlier it is run.
 */
function startersFirst(tests: readonly JestTest[]): readonly JestTest[] {
  return tests.toSorted((one, other) => rank(one) - rank(other));
}

function rank({ path }: JestTest): number {
  const index = STARTERS.findIndex((part) => path.includes(`/test/${part}`));
  return index < 0 ? STARTERS.length : index;
}
