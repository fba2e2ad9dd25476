import { realpathSync } from "node:fs";
import type { Config } from "../config.ts";
import { OrbError, type Refusal, refusalOf } from "../errors.ts";
import { ArchiveFolder } from "./archive/archive-folder.ts";
import type { KeepReason } from "./keep-reason.ts";
import { namesOf, type PlaceCode, rootNames, whyOutside } from "./record/rules/root-names.ts";
import { WorkspaceRoot } from "./tree/workspace-root.ts";

interface Place {
  readonly name: string;
  readonly root: string;
  readonly archive: string | null;
}

/** The folders of this host, opened when they are first needed. One that can't be opened is tried again. */
export class ThisHost {
  /** `WORKER_HOST` */
  readonly name: string;
  readonly root: string;
  /** The same without links, as it was at the start. */
  readonly realRoot: string;
  readonly hasArchive: boolean;
  /** All names of the root by which signals may know it. */
  readonly names: readonly string[];
  readonly #archive: string | null;
  readonly #isRootKnown: boolean;
  #opened: Promise<WorkspaceRoot> | null = null;

  constructor({ name, root, archive }: Place) {
    this.name = name;
    this.root = root;
    this.hasArchive = archive !== null;
    const realRoot = realPath(root);
    this.#isRootKnown = realRoot !== null;
    this.realRoot = realRoot ?? root;
    this.names = rootNames(root, this.realRoot);
    this.#archive = archive;
  }

  /** @returns `null` if this host has no root: nothing is cleaned up here */
  static of({
    workerHost,
    workspaces: { root, archive },
  }: Pick<Config, "workerHost" | "workspaces">): ThisHost | null {
    return root === null ? null : new ThisHost({ name: workerHost, root, archive });
  }

  /** @throws OrbError the reason why it can't be opened */
  async open(): Promise<WorkspaceRoot> {
    this.#opened ??= WorkspaceRoot.open(this.root);
    try {
      return await this.#opened;
    } catch (error) {
      this.#opened = null;
      throw error;
    }
  }

  /** @throws OrbError the reason why there is none */
  async openArchive(): Promise<ArchiveFolder> {
    if (this.#archive !== null) return ArchiveFolder.open(this.#archive, { root: (await this.open()).path });
    throw new OrbError({
      code: "no_archive",
      reason: `The host ${this.name} has no archive.`,
      remedy: "Set WORKSPACE_ARCHIVE there and start its worker again.",
    });
  }

  /** Why its workspaces can't be looked at; `null` if they can. */
  async problem(): Promise<Refusal | null> {
    try {
      await this.open();
      return null;
    } catch (error) {
      if (error instanceof OrbError) return refusalOf(error);
      throw error;
    }
  }

  /** All names by which signals may know a path below the root. */
  namesOf(path: string): readonly string[] {
    return namesOf(path, this.names);
  }

  /**
   * Why a workspace of signals is nothing that this host could ever open; `null` if it may be, if it is of another host, or if nobody
   * knows, because the root was not there when the process started.
   */
  whyOutside(workspace: { readonly host: string; readonly path: string }): KeepReason<PlaceCode> | null {
    if (workspace.host !== this.name || !this.#isRootKnown) return null;
    return whyOutside(workspace, this.names);
  }

  async close(): Promise<void> {
    const opened = await this.#opened?.catch(() => null);
    await opened?.close();
    this.#opened = null;
  }
}

function realPath(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}
