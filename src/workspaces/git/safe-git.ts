import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OrbError } from "../../errors.ts";
import type { OpenFolder } from "../tree/open-folder.ts";
import { runGit } from "./git-process.ts";
import { safeConfig, safeEnvironment } from "./git-surroundings.ts";
import type { MovedFolder } from "./moved-folder.ts";
import { openLenders } from "./open-lenders.ts";

export type ObjectFormat = "sha1" | "sha256";

/** What git may use of a workspace: objects, and where a shallow history ends. */
export interface GitSource {
  /** The folder `objects` of a repository, open for as long as `SafeGit` is used; `null` for files without a repository. */
  readonly objects: OpenFolder | null;
  readonly objectFormat: ObjectFormat;
  /** Commits whose parents are missing on purpose, from the repository's file `shallow`. */
  readonly shallow: readonly string[];
}

/** How git is started. */
export interface GitHost {
  /** The folder for throw-away repositories; that of the operating system by default. */
  readonly scratch?: string | undefined;
  /** The executable; another one only in tests. */
  readonly program?: string | undefined;
  /** Replaces the time limit of each run, in milliseconds; only in tests. */
  readonly timeoutMs?: number | undefined;
  /** Ends every run. */
  readonly signal?: AbortSignal | undefined;
  /** The workspace, if it is away from its path: what a file of a repository names is looked for as if it were still there. */
  readonly moved?: MovedFolder | undefined;
  /**
   * The paths of other workspaces that are in the trash, and may be put back there: without links, every byte as a character. What is
   * below one of them is not there now, and has not gone.
   */
  readonly inTrash?: (() => Promise<readonly string[]>) | undefined;
}

export interface GitCall {
  readonly input?: Buffer;
  /** The folder of files. git stays in this folder even if its path is exchanged meanwhile. */
  readonly workTree?: OpenFolder;
  /** The name of a throw-away index, inside `gitDir`. */
  readonly index?: string;
  readonly timeoutMs?: number;
  /** Of stdout; more is the error `git_output_too_large`. */
  readonly outputBytesMax?: number;
  readonly signal?: AbortSignal | undefined;
}

/** Of the names of throw-away repositories. */
export const SCRATCH_PREFIX = "orb-git-";
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;
/** Where git finds the workspace's objects: the first descriptor that it inherits, and those of lenders behind it. */
const FIRST_DESCRIPTOR = 3;
/** The folders of a repository: https://git-scm.com/docs/gitrepository-layout */
const FOLDERS = ["objects/info", "objects/pack", "refs/heads", "info"];

/**
 * Runs git on a workspace's objects in a throw-away repository of ours. Nothing of the workspace's configuration, hooks, filters,
 * attributes outside its files, refs, replacements or index is used: a `filter.clean` or `core.fsmonitor` of the workspace
 * would run its program on a plain `git status`, whatever is set on the command line. What git writes goes into the throw-away
 * repository too.
 */
export class SafeGit {
  /** The throw-away repository. Callers may write refs and indexes into it. */
  readonly gitDir: string;
  readonly objectFormat: ObjectFormat;
  readonly #objects: readonly OpenFolder[];
  readonly #lenders: readonly OpenFolder[];
  readonly #host: GitHost;

  private constructor(
    gitDir: string,
    { source, lenders, host }: { source: GitSource; lenders: readonly OpenFolder[]; host: GitHost },
  ) {
    this.gitDir = gitDir;
    this.objectFormat = source.objectFormat;
    this.#lenders = lenders;
    this.#objects = source.objects === null ? [] : [source.objects, ...lenders];
    this.#host = host;
  }

  /** Creates the throw-away repository; `close` removes it. */
  static async open(source: GitSource, host: GitHost = {}): Promise<SafeGit> {
    const gitDir = await mkdtemp(join(host.scratch ?? tmpdir(), SCRATCH_PREFIX));
    const lenders = await lendersOf(source, host).catch(async (error: unknown) => {
      await rm(gitDir, { recursive: true, force: true });
      throw error;
    });
    const git = new SafeGit(gitDir, { source, lenders, host });
    try {
      await Promise.all(FOLDERS.map((folder) => mkdir(join(gitDir, folder), { recursive: true })));
      await writeFile(join(gitDir, "config"), safeConfig(source.objectFormat));
      await writeFile(join(gitDir, "info/attributes"), "");
      await git.setHead(null);
      const shallow = source.shallow.map((sha) => `${sha}\n`).join("");
      if (shallow !== "") await writeFile(join(gitDir, "shallow"), shallow);
    } catch (error) {
      await git.close();
      throw error;
    }
    return git;
  }

  /** Sets HEAD to a commit; `null`: to a branch without commits. */
  async setHead(sha: string | null): Promise<void> {
    await writeFile(join(this.gitDir, "HEAD"), `${sha ?? "ref: refs/heads/none"}\n`);
  }

  /**
   * @param args the subcommand and its arguments
   * @returns stdout. Whether it may be empty, and whether it is complete, only the caller knows: use a form of the command
   *   whose complete output can be recognised, because an empty answer must never mean "nothing to lose"
   * @throws OrbError `git_failed`, `git_timed_out`, `git_output_too_large`, `git_missing`
   */
  async run(args: readonly string[], call: GitCall = {}): Promise<Buffer> {
    const chunks: Buffer[] = [];
    await this.stream(args, (chunk) => chunks.push(chunk), call);
    return Buffer.concat(chunks);
  }

  /** As `run`, for output that may be too large for the memory. An error of `onOutput` ends git and is thrown. */
  async stream(
    args: readonly string[],
    onOutput: (chunk: Buffer) => void,
    { input, workTree, index, timeoutMs, outputBytesMax = OUTPUT_BYTES_MAX, signal }: GitCall = {},
  ): Promise<void> {
    let bytes = 0;
    const limit = this.#host.timeoutMs ?? timeoutMs;
    await runGit({
      args,
      options: [`--git-dir=${this.gitDir}`, ...(workTree === undefined ? [] : ["--work-tree=."])],
      cwd: workTree === undefined ? this.gitDir : `/proc/self/fd/${workTree.fd}`,
      environment: {
        ...safeEnvironment(this.gitDir),
        ...(this.#objects.length > 0 && { GIT_ALTERNATE_OBJECT_DIRECTORIES: inherited(this.#objects) }),
        GIT_INDEX_FILE: join(this.gitDir, index ?? "index"),
      },
      descriptors: this.#objects.map(({ fd }) => fd),
      signal: signal ?? this.#host.signal,
      program: this.#host.program,
      ...(input === undefined ? {} : { input }),
      ...(limit === undefined ? {} : { timeoutMs: limit }),
      onOutput: (chunk) => {
        bytes += chunk.length;
        if (bytes > outputBytesMax) throw tooLarge(args, outputBytesMax);
        onOutput(chunk);
      },
    });
  }

  /** Removes the throw-away repository. */
  async close(): Promise<void> {
    for (const lender of this.#lenders) await lender.close();
    await rm(this.gitDir, { recursive: true, force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** By their paths git finds them, unless the workspace was moved. */
async function lendersOf({ objects }: GitSource, { moved }: GitHost): Promise<readonly OpenFolder[]> {
  return objects === null || moved === undefined ? [] : openLenders(objects, moved);
}

function inherited(folders: readonly OpenFolder[]): string {
  return folders.map((_, index) => `/proc/self/fd/${FIRST_DESCRIPTOR + index}`).join(":");
}

function tooLarge(args: readonly string[], bytesMax: number): OrbError {
  return new OrbError({
    code: "git_output_too_large",
    reason: `git ${args[0] ?? ""} printed more than ${Math.round(bytesMax / 1024 / 1024)} MiB.`,
    remedy: "The repository is too large for an automatic decision. Decide about this workspace by hand.",
  });
}
