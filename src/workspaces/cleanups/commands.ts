import type { Database, Transaction } from "../../mongo/database.ts";
import type { OutboxStore } from "../../outbox/store.ts";
import type {
  CleanupRequestStore,
  TakenCleanupRequest,
} from "../../pull-requests/record/cleanup-request-store.ts";
import type { WorkspaceStore } from "../record/store.ts";
import type { Cleanups } from "./cleanups.ts";

interface Deps {
  readonly requests: CleanupRequestStore;
  readonly workspaces: WorkspaceStore;
  readonly cleanups: Cleanups;
  readonly outbox: OutboxStore;
  readonly database: Database;
  readonly now: () => Date;
}

/** Takes over the requests that people left with `/orb cleanup`: pull requests are below, so they only store them. */
export class CleanupCommands {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Takes over one request. @returns whether there may be more */
  async runOne(): Promise<boolean> {
    const { requests, database } = this.#deps;
    if (!(await requests.hasOne())) return false;
    return database.transaction(async (transaction) => {
      const taken = await requests.takeOne(transaction);
      if (taken) await this.#ask(taken, transaction);
      return taken !== null;
    });
  }

  async #ask({ project, request, url }: TakenCleanupRequest, transaction: Transaction): Promise<void> {
    const { workspaces, cleanups, outbox, now } = this.#deps;
    const found = (await workspaces.ofProject(project, transaction)).filter(({ goneAt }) => goneAt === null);
    const because = `${request.by} asked for it${url === null ? "" : ` on ${url}`}`;
    const wish = { origin: "command", by: request.by, because, cause: "asked", unpushed: "keep" } as const;
    const at = now();
    for (const workspace of found) {
      await cleanups.ask(workspace, { ...wish, dryRun: false, at }, { transaction });
    }
    if (found.length > 0) return;
    const data = { because: `${because}, but no workspace of the project is left`, cleanup: null };
    await outbox.append(project, { type: "orb.cleanup.cancelled", data }, { time: at, transaction });
  }
}
