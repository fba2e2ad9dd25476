import { Worker } from "node:worker_threads";
import type { Looked } from "../../keep/marks.ts";
import type { Mark } from "../../record/borrowing.ts";
import { stopped } from "../../../work/stop.ts";
import type { Survey, SurveyTask } from "./survey-tree.ts";

/** What a thread is asked for. */
export type Task =
  | { readonly kind: "survey"; readonly survey: SurveyTask }
  | { readonly kind: "compare"; readonly workspaces: readonly Looked[] }
  | { readonly kind: "plain"; readonly paths: readonly string[] };

/** What a thread says. */
export type Said =
  | { readonly kind: "done"; readonly survey: Survey }
  | { readonly kind: "compared"; readonly changed: readonly number[] }
  | { readonly kind: "told"; readonly marks: readonly (Mark | null)[] }
  | { readonly kind: "stopped" }
  | { readonly kind: "failed"; readonly error: unknown };

/** A walk keeps little: names of folders on the way, and a part of one folder's entries. */
const LIMITS = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 4 };

/** A thread that looks through one tree at a time, or compares workspaces. It blocks while it does, which costs a fifth of what a walk on the event loop does. */
export class TreeThread {
  readonly #worker = new Worker(new URL("./inside.ts", import.meta.url), { resourceLimits: LIMITS });
  #ended = false;

  constructor() {
    this.#worker.unref();
    // Each walk listens for itself; without a listener an error between walks would end the process.
    const end = () => void (this.#ended = true);
    this.#worker.on("error", end).on("exit", end);
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** @throws OrbError `stopping` if the walk was stopped through its shared memory; the error of a thread that broke down */
  async survey(survey: SurveyTask): Promise<Survey> {
    const said = await this.#ask({ kind: "survey", survey });
    if (said.kind === "done") return said.survey;
    throw said.kind === "stopped" ? stopped() : failureOf(said);
  }

  /** Which of these look different now, by their numbers. @throws the error of a thread that broke down */
  async changedAmong(workspaces: readonly Looked[]): Promise<readonly number[]> {
    const said = await this.#ask({ kind: "compare", workspaces });
    if (said.kind === "compared") return said.changed;
    throw failureOf(said);
  }

  /** See `plainAmong`. @throws the error of a thread that broke down */
  async plainAmong(paths: readonly string[]): Promise<readonly (Mark | null)[]> {
    const said = await this.#ask({ kind: "plain", paths });
    if (said.kind === "told") return said.marks;
    throw failureOf(said);
  }

  async #ask(task: Task): Promise<Said> {
    const { promise, resolve, reject } = Promise.withResolvers<Said>();
    const exit = () => reject(new Error("A thread that walks through a tree has ended"));
    this.#worker.ref();
    this.#worker.on("message", resolve).on("error", reject).on("exit", exit);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- this is no window
    this.#worker.postMessage(task);
    try {
      return await promise;
    } finally {
      this.#worker.off("message", resolve).off("error", reject).off("exit", exit);
      this.#worker.unref();
    }
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}

function failureOf(said: Said): unknown {
  return said.kind === "failed" ? said.error : new Error(`A thread said ${said.kind} to another question`);
}
