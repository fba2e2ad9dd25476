import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { lstat, mkdir, rename } from "node:fs/promises";
import { promisify } from "node:util";
import type { OpenFolder } from "../../tree/open-folder.ts";
import { isSystemError } from "../../tree/failure.ts";
import { shownPath } from "../../tree/shown-path.ts";
import { OWN_FOLDER } from "../../tree/rules/own-folder.ts";
import type { WorkspaceRoot } from "../../tree/workspace-root.ts";
import { archiveError } from "../failure.ts";

const RESTORES = "restores";
const OWNER_ONLY = 0o700;
/** No restore takes so long. Another process of this host may be working in a younger one. */
const BROKEN_AFTER_MS = 24 * 3_600_000;
const run = promisify(execFile);

/**
 * Where a workspace is built before it has its path: a folder of the root that only the bot may enter, on the same file system.
 * So it appears whole at its path or not at all.
 */
export class RestorePlace implements AsyncDisposable {
  /** The folder that becomes the workspace. */
  readonly folder: OpenFolder;
  readonly #around: OpenFolder;
  readonly #name: string;
  #isMoved = false;

  private constructor(around: OpenFolder, { name, folder }: { name: string; folder: OpenFolder }) {
    this.#around = around;
    this.#name = name;
    this.folder = folder;
  }

  /** Opens a new one. What a killed process left of earlier ones is removed. */
  static async open(root: WorkspaceRoot): Promise<RestorePlace> {
    await using own = await makeAndOpen(root.folder, OWN_FOLDER);
    const around = await makeAndOpen(own, RESTORES);
    await removeOlder(around, new Date());
    const name = randomBytes(12).toString("hex");
    await mkdir(around.at(name), { mode: OWNER_ONLY });
    return new RestorePlace(around, { name, folder: await around.openFolder(name) });
  }

  /** A private folder on the same file system for throw-away repositories. Gone with the place. */
  async scratch(): Promise<string> {
    const name = `${this.#name}.git`;
    await mkdir(this.#around.at(name), { mode: OWNER_ONLY });
    return `${String(await this.#around.currentPath())}/${name}`;
  }

  /**
   * Gives the finished workspace its path.
   *
   * @throws OrbError `restore_path_taken` if something has the path
   */
  async moveTo(root: WorkspaceRoot, path: Buffer | string): Promise<void> {
    await using place = await root.openPlace(path);
    await demandFree(place.parent, place.name, path);
    try {
      await rename(this.#around.at(this.#name), place.parent.at(place.name));
    } catch (error) {
      if (isSystemError(error) && TAKEN.has(error.code)) throw taken(path);
      throw error;
    }
    this.#isMoved = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const left = this.#isMoved ? [`${this.#name}.git`] : [this.#name, `${this.#name}.git`];
    await this.folder.close();
    await using _ = this.#around;
    await remove(this.#around, left);
  }
}

const TAKEN = new Set(["EEXIST", "ENOTEMPTY", "ENOTDIR"]);

/** @throws OrbError `restore_path_taken` */
export async function demandFree(parent: OpenFolder, name: Buffer, path: Buffer | string): Promise<void> {
  const found = await lstat(parent.at(name)).catch((error: unknown) => {
    if (isSystemError(error) && error.code === "ENOENT") return null;
    throw error;
  });
  if (found !== null) throw taken(path);
}

/**
 * Removes what restores have left that were killed: nobody works in it after a day. Each restore does the same when it begins.
 *
 * @param now by the clock of the file system
 */
export async function removeBrokenRestores(root: WorkspaceRoot, now: Date): Promise<void> {
  await using own = await makeAndOpen(root.folder, OWN_FOLDER);
  await using around = await makeAndOpen(own, RESTORES);
  await removeOlder(around, now);
}

async function removeOlder(around: OpenFolder, now: Date): Promise<void> {
  const names: string[] = [];
  for await (const { name } of around.entries()) {
    // Another process may be done with it, and remove it, at this moment.
    const found = await lstat(around.at(name)).catch(() => null);
    if (found && now.getTime() - found.ctimeMs > BROKEN_AFTER_MS) names.push(name.toString("latin1"));
  }
  await remove(around, names);
}

/** `rm` follows no link, also if somebody exchanges folders while it runs; Node's own `rm` does. */
async function remove(around: OpenFolder, names: readonly string[]): Promise<void> {
  if (names.length > 0) await run("rm", ["-rf", "--", ...names], { cwd: `/proc/self/fd/${around.fd}` });
}

async function makeAndOpen(around: OpenFolder, name: string): Promise<OpenFolder> {
  await mkdir(around.at(name), { mode: OWNER_ONLY }).catch((error: unknown) => {
    if (!isSystemError(error) || error.code !== "EEXIST") throw error;
  });
  const folder = await around.openFolder(name);
  const { uid, mode } = await lstat(around.at(name));
  if (uid === process.geteuid?.() && (mode & 0o077) === 0) return folder;
  await folder.close();
  throw archiveError({
    code: "restore_failed",
    reason: `The folder ${OWN_FOLDER} below WORKSPACE_ROOT is not the bot's own, or is open to others.`,
    remedy: `Look what is in it, and remove it: the bot creates ${OWN_FOLDER} itself, with the mode 0700.`,
  });
}

function taken(path: Buffer | string): Error {
  return archiveError({
    code: "restore_path_taken",
    reason: `Something is at ${shownPath(path)} already.`,
    remedy: "Move it to another name, and restore again. Nothing was changed.",
  });
}
