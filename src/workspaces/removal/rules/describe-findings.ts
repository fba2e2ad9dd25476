import type { KeepReason } from "../../keep-reason.ts";
import type { Finding, FindingCode } from "./findings.ts";
import { shellWord } from "./shell-word.ts";

/** What is said about a finding: where it is, and with which user the bot runs. */
interface About {
  /** The full path of the first entry of this kind, as a word of a command. */
  readonly example: string;
  /** The full path of the workspace, as a word of a command. */
  readonly workspace: string;
  readonly entries: string;
  readonly owner: number | null;
  /** The user id of this process. */
  readonly self: number;
}

type Words = (about: About) => { readonly reason: string; readonly remedy: string };

const WORDS: Readonly<Record<FindingCode, Words>> = {
  other_owner: ({ example, workspace, entries, owner, self }) => ({
    reason: `${entries} ${owner === null ? "to another user" : `to user ${owner}`}, and the bot runs as user ${self}, such as ${example}.`,
    remedy: `Run \`sudo chown -hR ${self} ${workspace}\`, or run the bot as root.`,
  }),
  immutable: ({ example, workspace, entries }) => ({
    reason: `${entries} immutable or append-only, such as ${example}. Somebody set this flag on purpose.`,
    remedy: `If it is not needed any more: \`sudo chattr -R -f -ia ${workspace}\`.`,
  }),
  read_only: ({ example }) => ({
    reason: `The file system at ${example} is mounted read-only.`,
    remedy: `Run \`sudo mount -o remount,rw $(findmnt -no TARGET --target ${example})\`. If it became read-only by itself, look into the kernel's log first.`,
  }),
  mount_inside: ({ example, entries }) => ({
    reason: `${entries} a mount point, such as ${example}. What is mounted there belongs to somebody else.`,
    remedy: `Run \`sudo umount ${example}\` when nobody uses it any more.`,
  }),
  btrfs_subvolume: ({ example, entries }) => ({
    reason: `${entries} a btrfs subvolume, such as ${example}. It may be a snapshot that somebody wants to keep.`,
    remedy: `Run \`sudo btrfs subvolume delete ${example}\`, or allow the bot to remove subvolumes.`,
  }),
  other_device: ({ example, entries }) => ({
    reason: `${entries} on another device than the folder around it, such as ${example}.`,
    remedy: `Find out with \`findmnt --target ${example}\` what it is, and remove it by hand.`,
  }),
  nfs_open_file: ({ example, entries }) => ({
    reason: `${entries} what NFS leaves of a removed file that is still open, such as ${example}.`,
    remedy: `End the process that has it open: \`fuser -v ${example}\` on each host that mounts it.`,
  }),
  disk_full: ({ example }) => ({
    reason: `The file system has no room for changing the folder at ${example}.`,
    remedy: "Free some space or raise the quota; even a few kilobytes are enough.",
  }),
  tree_changing: ({ example }) => ({
    reason: `Somebody writes or moves files at ${example} while the bot looks.`,
    remedy: `Find the process with \`fuser -v ${example}\`. The bot tries again by itself.`,
  }),
  tree_unreadable: ({ example }) => ({
    reason: `The file system does not let the bot see what is at ${example}.`,
    remedy: `Look at it with \`ls -la ${example}\`, and into the kernel's log.`,
  }),
};

/** The verb for what each code says about entries. */
const VERBS: Partial<Record<FindingCode, readonly [string, string]>> = { other_owner: ["belongs", "belong"] };

/**
 * The reason why a workspace is kept, or why a part of it is still in the trash.
 *
 * @param workspace its full path, or that of its entry in the trash
 * @param self the user id of this process
 */
export function describeFinding(
  { code, count, example, owner }: Finding,
  { workspace, self }: { readonly workspace: Buffer; readonly self: number },
): KeepReason<FindingCode> {
  const [one, many] = VERBS[code] ?? ["is", "are"];
  const full = example.length === 0 ? workspace : Buffer.concat([workspace, Buffer.from("/"), example]);
  const about: About = {
    example: shellWord(full),
    workspace: shellWord(workspace),
    entries: count === 1 ? `One entry ${one}` : `${count} entries ${many}`,
    owner,
    self,
  };
  return { code, ...WORDS[code](about) };
}
