import type { StatsFsBase } from "node:fs";
import { statfs } from "node:fs/promises";
import { OrbError } from "../../errors.ts";
import { descriptorPath } from "../tree/descriptor-path.ts";
import { isSystemError } from "../tree/failure.ts";
import { amountOf } from "./rules/amount.ts";
import type { DiskUsage } from "./usage.ts";

/**
 * How full the disk is on which a folder lies: exactly that mount, also if another disk is mounted at its path meanwhile. With a
 * quota of its project (xfs, ext4), that of the quota.
 *
 * @param folder that is open, such as the root of the workspaces
 * @throws OrbError `disk_unreadable`
 */
export async function readUsage(folder: { readonly fd: number }): Promise<DiskUsage> {
  const found = await statfs(descriptorPath(folder.fd)).catch((error: unknown) => {
    throw new OrbError(
      {
        code: "disk_unreadable",
        reason: `The disk of the workspaces does not say how full it is: ${isSystemError(error) ? error.code : "unknown error"}.`,
        remedy: "Look for the cause in the kernel's log of this host. The bot tries again by itself.",
      },
      { cause: error },
    );
  });
  return toUsage(found);
}

function toUsage({ bsize, blocks, bfree, bavail, files, ffree }: StatsFsBase<number>): DiskUsage {
  return {
    bytes: amountOf({ total: blocks * bsize, free: bfree * bsize, available: bavail * bsize }),
    inodes: files === 0 ? null : amountOf({ total: files, free: ffree, available: ffree }),
  };
}
