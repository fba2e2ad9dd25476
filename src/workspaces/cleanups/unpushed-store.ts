import { countUpTo } from "../../mongo/count-up-to.ts";
import { ARCHIVABLE } from "../keep/rules/keep-code.ts";
import type { WorkspaceStore } from "../record/store.ts";

/** By then agents that still use the workspace would have pushed. */
const WAITING_AFTER_MS = 24 * 3_600_000;

/** Counts workspaces that are kept for work that is nowhere else. */
export class UnpushedStore {
  readonly #model: WorkspaceStore["model"];

  constructor({ model }: WorkspaceStore) {
    this.#model = model;
  }

  /** How many have been kept for longer than a day for work that an archive would save; at most `COUNTED_MAX`. */
  count(now: Date): Promise<number> {
    const since = { $lt: new Date(now.getTime() - WAITING_AFTER_MS) };
    const kept = { $elemMatch: { code: { $in: [...ARCHIVABLE] }, since } };
    return countUpTo(this.#model, { status: "kept", kept });
  }
}
