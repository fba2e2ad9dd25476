import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface, type Interface } from "node:readline";
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/** What `holders.py` says about a kind. */
export interface Held {
  readonly kind: string;
  readonly pid?: number;
  /** Why this machine does not allow it. */
  readonly cannot?: string;
  readonly failed?: string;
}

const PROGRAM = fileURLToPath(new URL("./holders.py", import.meta.url));

/** Processes that hold workspaces, each in another way. They end with it, and what they mounted goes too. */
export class Holding implements AsyncDisposable {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterableIterator<string>;
  readonly #errors: string[] = [];

  private constructor(process: ChildProcessWithoutNullStreams, lines: Interface) {
    this.#process = process;
    this.#lines = lines[Symbol.asyncIterator]();
    process.stderr.on("data", (text: Buffer) => this.#errors.push(String(text)));
  }

  /** @param outside a folder on the disk of the workspaces that holds none of them */
  static async start(outside: string): Promise<Holding> {
    await mkdir(outside, { recursive: true });
    const process_ = spawn("python3", ["-I", PROGRAM], { env: { ...process.env, ORB_OUTSIDE: outside } });
    return new Holding(process_, createInterface(process_.stdout));
  }

  /**
   * Holds each workspace in its way, all at once.
   *
   * @returns once all of them are held
   */
  async hold(asked: readonly { readonly kind: string; readonly path: string }[]): Promise<readonly Held[]> {
    this.#process.stdin.write(`${asked.map((one) => JSON.stringify(one)).join("\n")}\ngo\n`);
    const held: Held[] = [];
    while (held.length < asked.length) {
      const { value, done } = await this.#lines.next();
      if (done) throw new Error(`holders.py ended: ${this.#errors.join("")}`);
      held.push(JSON.parse(value) as Held);
    }
    const failed = held.find(({ failed }) => failed !== undefined);
    if (failed) throw new Error(`${failed.kind} can't be held: ${failed.failed}`);
    return held;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#process, "exit");
    this.#process.stdin.end();
    await ended;
  }
}
