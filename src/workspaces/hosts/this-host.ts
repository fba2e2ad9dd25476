import { OrbError, type Refusal, refusalOf } from "../../errors.ts";
import { WorkspaceRoot } from "../tree/workspace-root.ts";

interface Options {
  readonly root: string;
  readonly archive: string | null;
}

/** The root of this host's workspaces, opened when it is first needed. One that can't be opened is tried again. */
export class ThisHost {
  readonly root: string;
  readonly archive: string | null;
  #opened: WorkspaceRoot | null = null;

  constructor({ root, archive }: Options) {
    this.root = root;
    this.archive = archive;
  }

  /** @throws OrbError the reason why it can't be opened */
  async open(): Promise<WorkspaceRoot> {
    this.#opened ??= await WorkspaceRoot.open(this.root);
    return this.#opened;
  }

  /** Why it can't be opened; `null` if it can. */
  async problem(): Promise<Refusal | null> {
    try {
      await this.open();
      return null;
    } catch (error) {
      if (error instanceof OrbError) return refusalOf(error);
      throw error;
    }
  }

  /** The root without links; as it is configured while it can't be opened. */
  get realRoot(): string {
    return this.#opened?.path ?? this.root;
  }

  /** All names by which signals may know a path below the root. */
  namesOf(path: string): readonly string[] {
    const { root, realRoot } = this;
    const below = [root, realRoot].flatMap((name) => (path.startsWith(`${name}/`) ? path.slice(name.length) : []));
    return [...new Set([path, ...below.flatMap((rest) => [`${root}${rest}`, `${realRoot}${rest}`])])];
  }

  async close(): Promise<void> {
    await this.#opened?.close();
    this.#opened = null;
  }
}
