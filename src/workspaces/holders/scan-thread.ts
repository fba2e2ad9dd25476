import { Worker } from "node:worker_threads";
import { OrbError } from "../../errors.ts";
import type { AskedScan, ScanAnswer } from "./scan-inside.ts";
import type { ScanOptions, ScanResult } from "./scan.ts";

/** A hundred times what a scan of a large machine takes. */
const SCAN_MS_MAX = 20_000;
/** Each thread that hangs in the kernel keeps its memory until its process can go on. */
const HUNG_THREADS_MAX = 3;

interface Hung {
  readonly thread: Worker;
  /** In which it hangs. */
  readonly pid: number;
}

/**
 * The thread in which /proc is read. To read about a process whose memory is locked, because it waits for a broken disk, can hang in the
 * kernel, and then nothing can stop the thread. So it is left behind, and the scan fails.
 */
export class ScanThread {
  readonly #scanMsMax: number;
  readonly #module: URL;
  readonly #hung = new Set<Hung>();
  #idle: Worker | null = null;
  /** Scans take turns. */
  #last: Promise<unknown> = Promise.resolve();

  constructor({
    scanMsMax = SCAN_MS_MAX,
    module = new URL("./scan-inside.ts", import.meta.url),
  }: { readonly scanMsMax?: number; readonly module?: URL } = {}) {
    this.#scanMsMax = scanMsMax;
    this.#module = module;
  }

  /** @throws OrbError `holders_scan_hung`, or `holders_scan_failed` with the cause */
  scan(options: ScanOptions): Promise<ScanResult> {
    const turn = this.#last.then(() => this.#scan(options));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** A thread that hangs in the kernel ends when it can. */
  async close(): Promise<void> {
    await this.#last;
    await this.#idle?.terminate();
    this.#idle = null;
  }

  async #scan(options: ScanOptions): Promise<ScanResult> {
    const [first] = this.#hung;
    if (first && this.#hung.size >= HUNG_THREADS_MAX) throw hangs(first.pid);
    const thread = this.#idle ?? this.#start();
    this.#idle = null;
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
    this.#idle = thread;
    return answer.result;
  }

  #start(): Worker {
    const thread = new Worker(this.#module);
    thread.unref();
    // Without a listener an error between scans would end the process.
    thread.on("error", () => undefined);
    thread.on("exit", () => {
      if (this.#idle === thread) this.#idle = null;
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
  const timer = setTimeout(() => resolve("hangs"), msMax);
  const broke = (error: unknown) => resolve({ error });
  const ended = () => resolve({ error: new Error("The thread ended") });
  thread.ref();
  thread.on("message", resolve).on("error", broke).on("exit", ended);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- this is no window
  thread.postMessage(asked);
  const answer = await promise;
  clearTimeout(timer);
  thread.off("message", resolve).off("error", broke).off("exit", ended);
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
