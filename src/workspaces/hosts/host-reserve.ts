import { OrbError } from "../../errors.ts";
import { DiskReserve } from "../disk/reserve.ts";
import type { WorkspaceRoot } from "../tree/workspace-root.ts";

/** The space that is kept free on the disk of the workspaces, so that a clean-up can begin when nothing is free. */
export class HostReserve {
  /** Whether this process knows that all of it is there. */
  #isFilled = false;

  /** Keeps it free, if it does not yet. Only while the disk has room. */
  async fill(root: WorkspaceRoot): Promise<void> {
    if (this.#isFilled) return;
    await withReserve(root, async (reserve) => {
      this.#isFilled = await reserve.fill();
    });
  }

  /** Gives it back to the disk. On a disk that was full before it could be kept, there is nothing to give back. */
  async release(root: WorkspaceRoot): Promise<void> {
    this.#isFilled = false;
    await withReserve(root, (reserve) => reserve.release()).catch((error: unknown) => {
      if (!(error instanceof OrbError)) throw error;
    });
  }
}

async function withReserve(root: WorkspaceRoot, act: (reserve: DiskReserve) => Promise<void>): Promise<void> {
  const reserve = await DiskReserve.open(root);
  try {
    await act(reserve);
  } finally {
    await reserve.close();
  }
}
