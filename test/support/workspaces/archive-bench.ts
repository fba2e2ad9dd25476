import { createHash } from "node:crypto";
import { cp, lstat, mkdir, mkdtemp, readdir, readFile, readlink, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runGit } from "../../../fixtures/meta-agent/git.ts";
import { archive, type ArchiveOptions } from "../../../src/workspaces/archive/archive.ts";
import { ArchiveFolder } from "../../../src/workspaces/archive/archive-folder.ts";
import {
  type Restored,
  restoreArchive,
  type RestoreOptions,
} from "../../../src/workspaces/archive/restore.ts";
import { inspect } from "../../../src/workspaces/keep/inspect.ts";
import type { Inspection } from "../../../src/workspaces/keep/inspection.ts";
import { WorkspaceRoot } from "../../../src/workspaces/tree/workspace-root.ts";

const AUTHOR = {
  GIT_AUTHOR_NAME: "agent",
  GIT_AUTHOR_EMAIL: "agent@example.com",
  GIT_COMMITTER_NAME: "agent",
  GIT_COMMITTER_EMAIL: "agent@example.com",
  GIT_AUTHOR_DATE: "2026-01-01T00:00:00Z",
  GIT_COMMITTER_DATE: "2026-01-01T00:00:00Z",
};

/** A root with one workspace, and a folder for archives beside it. */
export class ArchiveBench implements AsyncDisposable {
  readonly folder: string;
  readonly root: WorkspaceRoot;
  readonly into: ArchiveFolder;
  readonly signal = new AbortController().signal;

  private constructor(folder: string, { root, into }: { root: WorkspaceRoot; into: ArchiveFolder }) {
    this.folder = folder;
    this.root = root;
    this.into = into;
  }

  static async open(): Promise<ArchiveBench> {
    const folder = await mkdtemp(join(tmpdir(), "orb-archive-"));
    await mkdir(join(folder, "root/w1"), { recursive: true });
    const root = await WorkspaceRoot.open(join(folder, "root"));
    const into = await ArchiveFolder.open(join(folder, "archives"), { root: root.path });
    return new ArchiveBench(folder, { root, into });
  }

  /** The same, and the workspace is a repository with the file `file` in its only commit. */
  static async openWithCommit(): Promise<ArchiveBench> {
    const bench = await ArchiveBench.open();
    template ??= commitOnce();
    await cp(await template, bench.path, { recursive: true });
    return bench;
  }

  /** The workspace. */
  get path(): string {
    return join(this.root.path, "w1");
  }

  git(args: readonly string[], cwd = this.path): Promise<string> {
    return runGit(cwd, args, { ...AUTHOR, HOME: this.folder });
  }

  async inspect(): Promise<Inspection> {
    await using workspace = await this.root.openWorkspace(this.path);
    return await inspect(workspace, {
      baseline: null,
      // GitHub has nothing of it.
      askGitHub: () => Promise.resolve({ held: new Set(), present: new Set(), heads: [] }),
      borrowers: { known: [], unread: [] },
      now: () => new Date(),
      signal: this.signal,
    });
  }

  async archive(
    options: Partial<ArchiveOptions> & { readonly inspection?: Inspection } = {},
  ): ReturnType<typeof archive> {
    const { inspection = await this.inspect(), ...others } = options;
    await using workspace = await this.root.openWorkspace(this.path);
    return await archive(workspace, inspection, {
      into: this.into,
      name: "a1",
      workspace: { host: "here", path: this.path },
      at: new Date("2026-11-29T12:00:00Z"),
      signal: this.signal,
      ...others,
    });
  }

  restore(options: Partial<RestoreOptions> = {}): Promise<Restored> {
    return restoreArchive({ into: this.into, name: "a1", root: this.root, signal: this.signal, ...options });
  }

  /** As a removal does: nothing of the workspace is left. */
  removeWorkspace(): Promise<void> {
    return rm(this.path, { recursive: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.root.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Made once for all tests of a process, and copied for each: to make it takes three runs of git. */
let template: Promise<string> | undefined;

async function commitOnce(): Promise<string> {
  const bench = await ArchiveBench.open();
  await bench.git(["init", "--quiet"]);
  await writeFile(join(bench.path, "file"), "file\n");
  await bench.git(["add", "."]);
  await bench.git(["commit", "--quiet", "--message=First"]);
  await bench.root.close();
  return bench.path;
}

/** What may differ after a restore: how objects are packed, and what git would obey. */
const ROOM_OF_GIT =
  /(?:^|\/)objects(?:\/|$)|(?:^|\/)(?:config|config\.worktree|hooks)(?:\.archived)?(?:\/|$)/;

/**
 * Every file and folder with what it is and has, by path. Independent of the archiver: it walks by path, because nobody
 * exchanges anything here.
 */
export async function treeOf(
  top: string,
  { without = ROOM_OF_GIT, withTimes = true }: { without?: RegExp; withTimes?: boolean } = {},
): Promise<Record<string, string>> {
  const tree: Record<string, string> = {};
  const visit = async (path: Buffer): Promise<void> => {
    const shown = path.toString("latin1").slice(top.length + 1);
    if (without.test(shown)) return;
    const stat = await lstat(path, { bigint: true });
    // Node sets times to the microsecond.
    const time = withTimes ? ` ${stat.mtimeNs / 1000n}` : "";
    tree[shown] = `${stat.mode.toString(8)} ${stat.uid}:${stat.gid}${time} ${await contentOf(path, stat)}`;
    if (!stat.isDirectory()) return;
    for (const name of await readdir(path, { encoding: "buffer" })) {
      await visit(Buffer.concat([path, Buffer.from("/"), name]));
    }
  };
  await visit(Buffer.from(top));
  return tree;
}

async function contentOf(
  path: Buffer,
  stat: { isFile(): boolean; isSymbolicLink(): boolean; nlink: bigint; size: bigint },
): Promise<string> {
  if (stat.isSymbolicLink()) return `-> ${await readlink(path, { encoding: "latin1" as BufferEncoding })}`;
  if (!stat.isFile()) return "";
  return `${stat.nlink} ${stat.size} ${createHash("sha256")
    .update(await readFile(path))
    .digest("hex")}`;
}
