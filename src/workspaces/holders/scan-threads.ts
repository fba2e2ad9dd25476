import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { OrbError } from "../../errors.ts";
import { type AskedScan, BEGAN, type ScanAnswer } from "./scan-message.ts";
import { mergeHolders } from "./rules/merge-holders.ts";
import type { ScanOptions, ScanResult } from "./scan.ts";

/** A hundred times what a scan of a large machine takes. */
const SCAN_MS_MAX = 20_000;
/** To start a thread takes a fraction of a second, but also on a machine on which everything waits. */
const START_MS_MAX = 60_000;
/** Each thread that hangs in the kernel keeps its memory until its process can go on. */
const HUNG_THREADS_MAX = 3;
/** More would each read the namespaces of all processes again. */
const THREADS_MAX = 2;

interface Hung {
  readonly thread: Worker;
  /** In which it hangs. */
  readonly pid: number;
}

/**
 * The threads in which /proc is read. Two of them share a scan, which takes half the time where two processors are free. To read about a process whose memory is locked, because it waits for a broken disk, can hang in the
 * kernel, and then nothing can stop the thread. So it is left behind, and the scan fails.
 */
export class ScanThreads {
  readonly #scanMsMax: number;
  readonly #module: URL;
  readonly #number: number;
  readonly #hung = new Set<Hung>();
  readonly #idle: Worker[] = [];
  /** Scans take turns. */
  #last: Promise<unknown> = Promise.resolve();

  constructor({
    scanMsMax = SCAN_MS_MAX,
    module = new URL("./scan-inside.ts", import.meta.url),
    number = Math.min(THREADS_MAX, availableParallelism()),
  }: { readonly scanMsMax?: number; readonly module?: URL; readonly number?: number } = {}) {
    this.#scanMsMax = scanMsMax;
    this.#module = module;
    this.#number = number;
  }

  /** @throws OrbError `holders_scan_hung`, or `holders_scan_failed` with the cause */
  scan(options: Omit<ScanOptions, "share">): Promise<ScanResult> {
    const turn = this.#last.then(() => this.#scan(options));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** A thread that hangs in the kernel ends when it can. */
  async close(): Promise<void> {
    await this.#last;
    await Promise.all(this.#idle.splice(0).map((thread) => thread.terminate()));
  }

  async #scan(options: Omit<ScanOptions, "share">): Promise<ScanResult> {
    const [first] = this.#hung;
    if (first && this.#hung.size >= HUNG_THREADS_MAX) throw hangs(first.pid);
    const shares = Array.from({ length: this.#number }, (_none, rest) => ({ rest, by: this.#number }));
    // All of them come to an end before one may fail: a thread makes one scan at a time.
    const results = await Promise.allSettled(shares.map((share) => this.#ask({ ...options, share })));
    const found = results.map((result) => {
      if (result.status === "rejected") throw result.reason;
      return result.value;
    });
    return {
      holders: options.folders.map((_folder, number) =>
        mergeHolders(found.map(({ holders }) => holders[number] ?? [])),
      ),
      foreign: found[0]?.foreign ?? [],
      processes: found.reduce((sum, { processes }) => sum + processes, 0),
      descriptors: found.reduce((sum, { descriptors }) => sum + descriptors, 0),
    };
  }

  async #ask(options: ScanOptions): Promise<ScanResult> {
    const thread = this.#idle.pop() ?? this.#start();
    const at = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    const answer = await ask(thread, { options, at }, this.#scanMsMax);
    if (answer === "hangs") {
      this.#leave(thread, at[0] ?? 0);
      throw hangs(at[0] ?? 0);
    }
    if (answer.result === undefined) {
      void thread.terminate();
      throw failed(answer.error);
    }
    this.#idle.push(thread);
    return answer.result;
  }

  #start(): Worker {
    const thread = new Worker(this.#module);
    thread.unref();
    // Without a listener an error between scans would end the process.
    thread.on("error", () => undefined);
    thread.on("exit", () => {
      const place = this.#idle.indexOf(thread);
      if (place !== -1) this.#idle.splice(place, 1);
    });
    return thread;
  }

  #leave(thread: Worker, pid: number): void {
    const hung = { thread, pid };
    this.#hung.add(hung);
    // It does not end before the kernel lets it go on.
    void thread.terminate().finally(() => this.#hung.delete(hung));
  }
}

async function ask(thread: Worker, asked: AskedScan, msMax: number): Promise<ScanAnswer | "hangs"> {
  const { promise, resolve } = Promise.withResolvers<ScanAnswer | "hangs">();
  let timer = setTimeout(() => resolve("hangs"), START_MS_MAX);
  const hear = (said: ScanAnswer | typeof BEGAN) => {
    if (said !== BEGAN) return resolve(said);
    clearTimeout(timer);
    timer = setTimeout(() => resolve("hangs"), msMax);
  };
  const broke = (error: unknown) => resolve({ error });
  const ended = () => resolve({ error: new Error("The thread ended") });
  thread.ref();
  thread.on("message", hear).on("error", broke).on("exit", ended);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- this is no window
  thread.postMessage(asked);
  const answer = await promise;
  clearTimeout(timer);
  thread.off("message", hear).off("error", broke).off("exit", ended);
  thread.unref();
  return answer;
}

function hangs(pid: number): OrbError {
  return new OrbError({
    code: "holders_scan_hung",
    reason: `The search for processes that use workspaces hangs${pid > 0 ? ` at process ${pid}` : ""}.`,
    remedy: `It waits for a disk or server that does not answer${pid > 0 ? `: \`cat /proc/${pid}/stack\` says for what` : ""}. Repair that, or end the process. Until then no workspace is removed.`,
  });
}

function failed(cause: unknown): OrbError {
  return new OrbError(
    {
      code: "holders_scan_failed",
      reason: "The search for processes that use workspaces broke down.",
      remedy: "The cause is in the bot's log. No workspace is removed until the search works again.",
    },
    { cause },
  );
}
