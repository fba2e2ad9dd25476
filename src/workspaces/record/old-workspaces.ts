import { OldDocuments, type Removed } from "../../mongo/old-documents.ts";
import type { WorkspaceStore } from "./store.ts";
import type { StoredWorkspace } from "./workspace.ts";

/**
 * Removes what nobody needs any more: records whose folder went long ago, and those of hosts on which no worker looks, of which long
 * nothing was heard. If such a folder is there after all, the first worker that looks finds an orphan.
 */
export class OldWorkspaces {
  readonly #gone: OldDocuments<StoredWorkspace, string>;
  readonly #unseen: OldDocuments<StoredWorkspace, string>;

  constructor({ model }: WorkspaceStore) {
    this.#gone = new OldDocuments<StoredWorkspace, string>({
      model,
      where: { fenceUntil: null },
      at: "goneAt",
    });
    this.#unseen = new OldDocuments<StoredWorkspace, string>({
      model,
      where: { seenAt: null, goneAt: null },
      at: "lastActiveAt",
    });
  }

  /** Removes a bounded part of what is older than `before`. */
  async remove(before: Date): Promise<readonly Removed[]> {
    return [await this.#gone.remove(before), await this.#unseen.remove(before)];
  }
}
