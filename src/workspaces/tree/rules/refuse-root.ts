import type { Refusal } from "../../../errors.ts";
import { isAtOrBelow } from "./is-at-or-below.ts";

/** A folder that has nothing to do with workspaces and would be in danger if the root was near it. */
export interface OtherPlace {
  /** For people: "the bot's own folder". */
  readonly what: string;
  /** Absolute and without links, like the root's. */
  readonly path: string;
  /** Whether a root *below* this folder is refused too, and not only one that is or contains it. */
  readonly alsoBelow: boolean;
}

/** Folders of the system. Below some of them a root is usual, such as `/var/lib/workspaces`, but none of them is one. */
const SYSTEM_FOLDERS = new Set(
  "/ /bin /boot /dev /etc /home /lib /lib64 /media /mnt /opt /proc /root /run /sbin /srv /sys /tmp /usr /usr/local /usr/lib /var /var/lib /var/tmp".split(
    " ",
  ),
);
/** Nothing in them is a workspace, at any depth. */
const NEVER_BELOW = ["/boot", "/dev", "/etc", "/proc", "/sys"];
/** It is a file system in memory, where people do keep short-lived files. */
const EXCEPT_BELOW = ["/dev/shm"];

/**
 * Whether a folder may be the root of workspaces. Everything below a root may be removed one day, so one that contains our own
 * state, or a person's, is refused before anything is read there.
 *
 * @param root absolute and without links
 * @returns why not, or `null`
 */
export function refuseRoot(root: string, others: readonly OtherPlace[]): Refusal | null {
  if (SYSTEM_FOLDERS.has(root)) return refusal(root, "is a folder of the system");
  const system = NEVER_BELOW.find((folder) => isInside(root, folder));
  if (system !== undefined && !EXCEPT_BELOW.some((folder) => isInside(root, folder)))
    return refusal(root, `is inside ${system}`);
  for (const { what, path, alsoBelow } of others) {
    if (root === path) return refusal(root, `is ${what}`);
    if (isInside(path, root)) return refusal(root, `contains ${what}, ${path}`);
    if (alsoBelow && isInside(root, path)) return refusal(root, `is inside ${what}, ${path}`);
  }
  return null;
}

/** Whether a folder is below another; it is not below itself. Both paths are absolute and without links. */
function isInside(path: string, folder: string): boolean {
  return path !== folder && isAtOrBelow(path, folder);
}

function refusal(root: string, why: string): Refusal {
  return {
    code: "root_refused",
    reason: `WORKSPACE_ROOT can't be ${root}: it ${why}.`,
    remedy:
      "Give workspaces a folder of their own, such as /var/lib/orb/workspaces, and set WORKSPACE_ROOT to it.",
  };
}
