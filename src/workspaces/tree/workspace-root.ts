import { realpath } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, isAbsolute, join, basename } from "node:path";
import { fileURLToPath } from "node:url";
import { OrbError } from "../../errors.ts";
import { isSystemError } from "./failure.ts";
import { OpenFolder } from "./open-folder.ts";
import { pathParts } from "./path-parts.ts";
import { OWN_FOLDER } from "./rules/own-folder.ts";
import { type OtherPlace, refuseRoot } from "./rules/refuse-root.ts";
import { shownPath } from "./shown-path.ts";

const PROJECT_FOLDER = fileURLToPath(new URL("../../..", import.meta.url));

/** Where a workspace is: the folder that contains it, held open, and its name there. */
export interface Place extends AsyncDisposable {
  readonly parent: OpenFolder;
  readonly name: Buffer;
}

/**
 * The folder that holds the workspaces of this host, opened once. It may be reached through a link itself; below it no link is
 * followed.
 */
export class WorkspaceRoot {
  /** Without links, as it was when the root was opened. */
  readonly path: string;
  readonly folder: OpenFolder;
  /** The root as bytes, under each name by which signals may know it. */
  readonly #names: readonly Buffer[];

  private constructor(folder: OpenFolder, { path, names }: { path: string; names: readonly string[] }) {
    this.folder = folder;
    this.path = path;
    this.#names = [...new Set(names)].map((name) => Buffer.from(name));
  }

  /**
   * @param path of WORKSPACE_ROOT
   * @param others what must not be inside it, such as MongoDB's data and the archive, or also not around it. The bot's own
   *   folder and the home of its user are always checked
   * @throws OrbError `root_refused`, `root_missing`, `workspace_unreadable`
   */
  static async open(
    path: string,
    { others = [] }: { readonly others?: readonly OtherPlace[] } = {},
  ): Promise<WorkspaceRoot> {
    if (!isAbsolute(path)) throw missing(path, "is no absolute path");
    const real = await realpath(path).catch((error: unknown) => {
      throw isSystemError(error) ? missing(path, `can't be opened: ${error.code}`, error) : error;
    });
    const places = [...ownPlaces(), ...others];
    const known = await Promise.all(
      places.map(async ({ what, path, alsoBelow }) => ({ what, alsoBelow, path: await resolved(path) })),
    );
    const refusal = refuseRoot(real, known);
    if (refusal) throw new OrbError(refusal);
    const folder = await OpenFolder.open(real);
    return new WorkspaceRoot(folder, { path: real, names: [real, path] });
  }

  /**
   * Opens a workspace below the root without following a link.
   *
   * @param path absolute, through the root's real path or the one by which it was opened
   * @throws OrbError `outside_root`, `workspace_missing`, `workspace_is_link`, `workspace_unreadable`
   */
  async openWorkspace(path: Buffer | string): Promise<OpenFolder> {
    await using place = await this.openPlace(path);
    return await place.parent.openFolder(place.name);
  }

  /**
   * Opens the folder that contains a workspace. The workspace itself need not exist.
   *
   * @throws as `openWorkspace`
   */
  async openPlace(path: Buffer | string): Promise<Place> {
    const parts = this.relative(path);
    const name = parts.at(-1);
    if (name === undefined) throw outside(path);
    const opened = await this.#openBelow(parts.slice(0, -1));
    return {
      parent: opened ?? this.folder,
      name,
      [Symbol.asyncDispose]: async () => await opened?.close(),
    };
  }

  /**
   * The names from the root to a workspace.
   *
   * @throws OrbError `outside_root` for a path that is not below the root, that has `..` in it, or that is the bot's own
   */
  relative(path: Buffer | string): readonly Buffer[] {
    const bytes = Buffer.from(path);
    const parts = pathParts(bytes);
    const root = this.#names.map((name) => pathParts(name)).find((names) => startsWith(parts, names));
    const below = bytes[0] === SLASH && root ? parts.slice(root.length) : [];
    const isOdd = bytes.includes(0) || parts.some((part) => part.equals(UP));
    if (below.length === 0 || isOdd || below[0]?.equals(Buffer.from(OWN_FOLDER))) throw outside(path);
    return below;
  }

  async close(): Promise<void> {
    await this.folder.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #openBelow(parts: readonly Buffer[]): Promise<OpenFolder | null> {
    let folder: OpenFolder | null = null;
    for (const part of parts) {
      const around: OpenFolder | null = folder;
      try {
        folder = await (around ?? this.folder).openFolder(part);
      } finally {
        await around?.close();
      }
    }
    return folder;
  }
}

const SLASH = 0x2f;
const UP = Buffer.from("..");

function ownPlaces(): readonly OtherPlace[] {
  return [
    { what: "the bot's own folder", path: PROJECT_FOLDER, alsoBelow: false },
    { what: "the bot's data", path: join(PROJECT_FOLDER, "var"), alsoBelow: false },
    { what: "the home of the bot's user", path: homedir(), alsoBelow: false },
  ];
}

/** The path without links. What does not exist yet is resolved as far as it exists. */
async function resolved(path: string): Promise<string> {
  const found = await realpath(path).catch(() => null);
  if (found !== null) return found;
  const parent = dirname(path);
  return parent === path ? path : join(await resolved(parent), basename(path));
}

function startsWith(parts: readonly Buffer[], beginning: readonly Buffer[]): boolean {
  return beginning.every((part, index) => parts[index]?.equals(part));
}

function missing(path: string, why: string, cause?: unknown): OrbError {
  return new OrbError(
    {
      code: "root_missing",
      reason: `WORKSPACE_ROOT ${shownPath(path)} ${why}.`,
      remedy: "Create the folder, or set WORKSPACE_ROOT to the full path of the one that has the workspaces.",
    },
    { cause },
  );
}

function outside(path: Buffer | string): OrbError {
  return new OrbError({
    code: "outside_root",
    reason: `${shownPath(path)} is not the path of a folder below the root of the workspaces.`,
    remedy: "Name the workspace by its full path below WORKSPACE_ROOT, without `..`.",
  });
}
