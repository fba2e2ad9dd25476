import { access, constants } from "node:fs/promises";
import type { KeepReason } from "../keep-reason.ts";
import { descriptorPath } from "../tree/descriptor-path.ts";
import { isSystemError } from "../tree/failure.ts";
import { mountIdOf } from "../tree/mount-id.ts";
import { OpenFolder } from "../tree/open-folder.ts";
import { shownPath } from "../tree/shown-path.ts";
import { findFlagged } from "./flags.ts";
import { readMountTables } from "./mounts.ts";
import { describeFinding } from "./rules/describe-findings.ts";
import type { Finding, FindingCode } from "./rules/findings.ts";
import type { Room } from "./rules/freed.ts";
import { type MountFound, mountsOfTree } from "./rules/mounts-of-tree.ts";
import { shellWord } from "./rules/shell-word.ts";
import { surveyFolder, type SurveyOptions } from "./walk/survey-folder.ts";

/** Mounts of one workspace that are named. When these are gone, the next are. */
const MOUNTS_SHOWN_MAX = 5;

/** Why a workspace can't be removed, or must not be. */
export type BlockCode = FindingCode | "mounted_elsewhere" | "mounts_unknown" | "place_read_only";

/** What a look through a tree before its removal found. */
export interface Surveyed {
  /** One for each kind, with the number of entries, an example and the command that resolves it; empty if nothing blocks. */
  readonly reasons: readonly KeepReason<BlockCode>[];
  /** What a removal gives back, if no file is open and no block is shared with other files. */
  readonly frees: Room;
  /** See `Survey`. */
  readonly newestMs: number;
}

/**
 * Finds, before anything is touched, what in a workspace could not be removed: a removal that stops half-way leaves less than one that
 * never began. Only reads.
 *
 * @param allowSubvolumes whether btrfs subvolumes in it may go too
 * @throws OrbError `stopping` if `signal` aborts
 */
export async function surveyRemoval(folder: OpenFolder, options: SurveyOptions): Promise<Surveyed> {
  const workspace = await folder.currentPath();
  const self = process.geteuid?.() ?? 0;
  const { findings, bytes, files, folders, newestMs } = await surveyFolder(folder, options);
  const flagged = await findFlagged(folder, options.signal);
  const mounts = [...(await mountReasons(folder, workspace)), ...(await placeReasons(folder, workspace))];
  // The table of mounts names the mount point, which the walk does not.
  const isNamed = ({ code }: Finding) => mounts.some((reason) => reason.code === code);
  const others = withFlagged(findings, flagged).filter((finding) => !isNamed(finding));
  const reasons = [...others.map((finding) => describeFinding(finding, { workspace, self })), ...mounts];
  return { reasons, frees: { bytes, inodes: files + folders + 1 }, newestMs };
}

/** Only the reasons of `surveyRemoval`. */
export async function whatBlocks(
  folder: OpenFolder,
  options: SurveyOptions,
): Promise<readonly KeepReason<BlockCode>[]> {
  return (await surveyRemoval(folder, options)).reasons;
}

/** The kernel has already reported immutable entries, but not of append-only ones. */
function withFlagged(
  findings: readonly Finding[],
  flagged: { readonly count: number; readonly example: Buffer } | null,
): readonly Finding[] {
  if (!flagged || flagged.count === 0) return findings;
  const others = findings.filter(({ code }) => code !== "immutable");
  return [...others, { code: "immutable", ...flagged, owner: null }];
}

async function mountReasons(
  folder: OpenFolder,
  workspace: Buffer,
): Promise<readonly KeepReason<BlockCode>[]> {
  const { own, others, unseen } = await readMountTables();
  const path = workspace.toString("latin1");
  const found = mountsOfTree({ own, others, mountId: folder.mountId, path });
  const reasons = (found ?? []).slice(0, MOUNTS_SHOWN_MAX).map(toReason);
  return found === null || unseen > 0 ? [mountsUnknown(unseen), ...reasons] : reasons;
}

function toReason({ kind, point, seenBy }: MountFound): KeepReason<BlockCode> {
  const where = Buffer.from(point, "latin1");
  const who = seenBy === "this process" ? "" : `, in the mounts of ${seenBy}`;
  return kind === "inside"
    ? {
        code: "mount_inside",
        reason: `Something is mounted at ${shownPath(where)} inside this workspace${who}.`,
        remedy: `Run \`sudo umount ${shellWord(where)}\`${who === "" ? "" : " there, or stop that container,"} when nobody uses it any more.`,
      }
    : {
        code: "mounted_elsewhere",
        reason: `This workspace, or a part of it, is mounted at ${shownPath(where)}${who}. It would be emptied there too.`,
        remedy: `Run \`sudo umount ${shellWord(where)}\`${who === "" ? "" : " there, or stop that container,"} when nobody uses it any more.`,
      };
}

function mountsUnknown(unseen: number): KeepReason<BlockCode> {
  return {
    code: "mounts_unknown",
    reason: `The bot can't see what ${unseen > 0 ? "processes of other users have" : "this host has"} mounted, so a part of this workspace may be in use.`,
    remedy: "Run the bot as root, or in the group that the option gid= of /proc names.",
  };
}

/** The folder around it must let it go, and it must not be a mount point itself. */
async function placeReasons(
  folder: OpenFolder,
  workspace: Buffer,
): Promise<readonly KeepReason<BlockCode>[]> {
  const around = `${descriptorPath(folder.fd)}/..`;
  await using parent = await OpenFolder.open(around, workspace);
  if ((await mountIdOf(parent.fd)) !== folder.mountId)
    return [toReason({ kind: "inside", point: workspace.toString("latin1"), seenBy: "this process" })];
  const refusal = await access(around, constants.W_OK | constants.X_OK).catch((error: unknown) => {
    if (isSystemError(error)) return error.code;
    throw error;
  });
  if (refusal === undefined) return [];
  const place = await parent.currentPath();
  return [
    {
      code: "place_read_only",
      reason: `The bot's user may not move anything out of ${shownPath(place)} (${refusal}).`,
      remedy: `Give it write access there: \`sudo setfacl -m u:${process.geteuid?.() ?? 0}:rwx ${shellWord(place)}\`.`,
    },
  ];
}
