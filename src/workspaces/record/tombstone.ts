import { OrbError } from "../../errors.ts";

/** Which folder it is, whatever its name. Decimal digits, because numbers of some file systems are too large for JSON. */
export interface Identity {
  readonly dev: string;
  readonly ino: string;
}

/**
 * The entry of a linked worktree in its main repository: `<common>/worktrees/<id>`. It lies outside the workspace, so it is the
 * other half of a removal.
 */
export interface WorktreeHalf {
  /** The `.git` folder of the main repository, without links; its bytes in base64. */
  readonly common: string;
  /** Its name there; the bytes in base64. */
  readonly id: string;
  readonly admin: Identity;
}

/**
 * What must be stored before a removal begins, so that any process can finish or undo it after a crash. Plain data. Nothing in it
 * changes during the removal.
 */
export interface Tombstone {
  /** The name of the workspace in the trash. Also proves which fence is its own. */
  readonly trashName: string;
  /** The path below the root, without a slash in front; its bytes in base64, because they need not be UTF-8. */
  readonly path: string;
  readonly folder: Identity;
  readonly worktree: WorktreeHalf | null;
  /** Those of the worktrees inside it. A tombstone of an earlier version has none. */
  readonly nested?: readonly WorktreeHalf[];
}

const TRASH_NAME = /^[a-z0-9][a-z0-9-]{7,63}$/;

/** The bytes of a path in a tombstone. */
export function fromBase64(bytes: string): Buffer {
  return Buffer.from(bytes, "base64");
}

export function toIdentity({ dev, ino }: { readonly dev: bigint; readonly ino: bigint }): Identity {
  return { dev: String(dev), ino: String(ino) };
}

export function isIdentity(
  found: { readonly dev: bigint; readonly ino: bigint },
  { dev, ino }: Identity,
): boolean {
  return String(found.dev) === dev && String(found.ino) === ino;
}

/** @throws OrbError `trash_name_refused` for a name that could lead out of the trash, or that could be guessed */
export function checkedTrashName(name: string): string {
  if (TRASH_NAME.test(name)) return name;
  throw new OrbError({
    code: "trash_name_refused",
    reason: "The name of an entry of the trash has 8 to 64 lower-case letters, digits and dashes.",
    remedy: "This is a bug of the bot; please report it.",
  });
}
