import { TreeThread } from "./tree-thread.ts";

/** A thread that has had nothing to do for so long is ended: it takes some megabytes. */
const IDLE_MS_MAX = 10_000;

/** The threads that walk through trees. They begin when they are needed, and end when they are idle. */
export class TreeThreads {
  readonly #idle: { readonly thread: TreeThread; readonly timer: NodeJS.Timeout }[] = [];
  #closed = false;

  /** Lends a thread for as long as `use` takes. */
  async with<T>(use: (thread: TreeThread) => Promise<T>): Promise<T> {
    const thread = this.#take();
    try {
      return await use(thread);
    } finally {
      await this.#giveBack(thread);
    }
  }

  /** Ends the threads; those that are lent end when they are given back. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(
      this.#idle.splice(0).map(async ({ thread, timer }) => {
        clearTimeout(timer);
        await thread.close();
      }),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #take(): TreeThread {
    const idle = this.#idle.pop();
    if (!idle) return new TreeThread();
    clearTimeout(idle.timer);
    return idle.thread.ended ? this.#take() : idle.thread;
  }

  async #giveBack(thread: TreeThread): Promise<void> {
    if (this.#closed || thread.ended) return thread.close();
    const timer = setTimeout(() => {
      this.#idle.splice(
        this.#idle.findIndex((each) => each.thread === thread),
        1,
      );
      void thread.close();
    }, IDLE_MS_MAX).unref();
    this.#idle.push({ thread, timer });
  }
}
