import { existsSync, mkdtempSync, realpathSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runGit } from "../../../../fixtures/meta-agent/git.ts";
import { Neighbours } from "../../../../src/workspaces/hosts/neighbours.ts";
import type { Borrowers } from "../../../../src/workspaces/keep/borrowers.ts";
import { BorrowingStore } from "../../../../src/workspaces/record/borrowing-store.ts";
import { newWorkspace } from "../../../../src/workspaces/record/new-workspace.ts";
import { WorkspaceStore } from "../../../../src/workspaces/record/store.ts";
import { TreeThreads } from "../../../../src/workspaces/removal/walk/tree-threads.ts";
import { ThisHost } from "../../../../src/workspaces/this-host.ts";
import { useDatabase } from "../../../support/database.ts";
import { afterEach, beforeEach } from "../../../support/testing.ts";

const HOST = "host-1";
const AUTHOR = ["-c", "user.name=Agent", "-c", "user.email=agent@example.com"];

/** Workspaces with real git below a root, and their records. */
export class NeighboursScene {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), "orb-neighbours-")));
  readonly store: WorkspaceStore;
  readonly borrowing: BorrowingStore;
  readonly #host = new ThisHost({ name: HOST, root: this.root, archive: null });
  readonly #threads = new TreeThreads();
  #passedMs = 0;
  #neighbours: Neighbours;

  constructor(store: WorkspaceStore) {
    this.store = store;
    this.borrowing = new BorrowingStore(store);
    this.#neighbours = this.#start();
  }

  /** Forgets what only the process knew. */
  restart(): void {
    this.#neighbours = this.#start();
  }

  #start(): Neighbours {
    const now = () => this.now();
    const stopping = new AbortController().signal;
    const { borrowing } = this;
    return new Neighbours({ thisHost: this.#host, borrowing, threads: this.#threads, now, stopping });
  }

  now(): Date {
    return new Date(Date.now() + this.#passedMs);
  }

  pass(ms: number): void {
    this.#passedMs += ms;
  }

  path(name: string): string {
    return join(this.root, name);
  }

  /** A record, as a signal leaves it. */
  async record(...names: string[]): Promise<void> {
    for (const name of names) {
      const now = this.now();
      const noticed = { host: HOST, path: this.path(name), noticedBy: "signal", at: now, now } as const;
      await this.store.model.collection.insertOne(newWorkspace(noticed) as never);
    }
  }

  /** A repository with one commit. */
  async make(name: string): Promise<void> {
    await mkdir(this.path(name), { recursive: true });
    await this.git(name, "init", "--quiet", "--template=");
    await this.git(name, ...AUTHOR, "commit", "--quiet", "--allow-empty", "--message", "Work");
  }

  async git(name: string, ...args: readonly string[]): Promise<void> {
    await runGit(this.path(name), args);
  }

  /** Clones without copying objects. */
  async share(lender: string, borrower: string): Promise<void> {
    await this.git(".", "clone", "--quiet", "--shared", "--template=", lender, borrower);
  }

  of(name: string, { isLast = false } = {}): Promise<Borrowers> {
    return this.#neighbours.borrowersOf(this.path(name), { isLast });
  }

  /** Asks as the bot does when nobody can come in any more: while it is in the trash. */
  async last(name: string): Promise<Borrowers> {
    const trash = this.path(".orb/trash");
    await mkdir(trash, { recursive: true });
    await rename(this.path(name), join(trash, "it"));
    try {
      return await this.of(name, { isLast: true });
    } finally {
      await rename(join(trash, "it"), this.path(name));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#threads.close();
    await this.#host.close();
    if (existsSync(this.root)) await rm(this.root, { recursive: true, force: true });
  }
}

/** Call it once, at the top of a file. Each test has an empty root. */
export function useNeighbours(): { readonly scene: NeighboursScene } {
  let store: WorkspaceStore;
  const used = {} as { scene: NeighboursScene };
  useDatabase(({ database }) => {
    store = new WorkspaceStore(database);
  });
  beforeEach(async () => {
    await store.model.collection.deleteMany({});
    used.scene = new NeighboursScene(store);
  });
  afterEach(() => used.scene[Symbol.asyncDispose]());
  return used;
}
