// One bare repository on disk. Everything else in this folder asks git through `run`.

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { OrbError } from "../../../src/errors.ts";
import { startGit } from "./git-process.ts";

/** Answers that depend only on object ids can be kept for ever; this limits their number. */
const REMEMBERED_MAX = 5_000;

/** The empty folders of a bare repository: https://git-scm.com/docs/gitrepository-layout */
const FOLDERS = ["objects/info", "objects/pack", "refs/heads", "refs/tags"];

// A pack of fast-import stays as it is: git would start another process to unpack the few objects of a commit.
const CONFIG = `
[fastimport]
	unpackLimit = 1
[http]
	receivepack = true
[receive]
	hideRefs = refs/pull
	denyDeleteCurrent = ignore
[uploadpack]
	allowAnySHA1InWant = true
[gc]
	auto = 0
[maintenance]
	auto = false
`;

/** The environment for git: nothing of the user or machine. */
export function gitEnvironment(): Record<string, string> {
  return {
    PATH: process.env["PATH"] ?? "/usr/bin:/bin",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    LC_ALL: "C.UTF-8",
    TZ: "UTC",
  };
}

export interface GitCall {
  readonly input?: string | Buffer;
  readonly environment?: Readonly<Record<string, string>>;
  /** Exit codes that are answers, not failures; 0 is always one. */
  readonly answers?: readonly number[];
}

export interface GitAnswer {
  readonly code: number;
  readonly stdout: Buffer;
}

/** What `git init` writes into `config`: it depends only on the machine, so the first repository asks for all. */
let initialConfig: string | undefined;

/** A bare repository, and what is known about its objects; objects never change, so these answers do not either. */
export class BareRepository {
  readonly gitDir: string;
  readonly #remembered = new Map<string, Promise<unknown>>();

  constructor(gitDir: string) {
    this.gitDir = gitDir;
  }

  /** Creates an empty repository whose HEAD points to `defaultBranch`. */
  static async create(gitDir: string, defaultBranch: string): Promise<BareRepository> {
    const repository = new BareRepository(gitDir);
    await Promise.all(FOLDERS.map((folder) => mkdir(`${gitDir}/${folder}`, { recursive: true })));
    initialConfig ??= await repository.#askInitialConfig();
    await writeFile(`${gitDir}/config`, initialConfig + CONFIG);
    await writeFile(`${gitDir}/HEAD`, `ref: refs/heads/${defaultBranch}\n`);
    return repository;
  }

  async #askInitialConfig(): Promise<string> {
    await this.run(["init", "--quiet", "--template="]);
    return readFile(`${this.gitDir}/config`, "utf8");
  }

  /** Runs git to its end; throws git's own message if the exit code is not an answer. */
  async run(args: readonly string[], call: GitCall = {}): Promise<GitAnswer> {
    const { input, result } = startGit({
      args: ["--bare", `--git-dir=${this.gitDir}`, ...args],
      environment: { ...gitEnvironment(), ...call.environment },
    });
    input.end(call.input);
    const { code, stdout, stderr } = await result;
    if (code !== 0 && !call.answers?.includes(code)) {
      throw new OrbError({
        code: "git_failed",
        reason: `git ${args[0]} exited with ${code}: ${stderr.trim()}`,
        remedy: `Run it by hand in ${this.gitDir}: git ${args.join(" ")}`,
      });
    }
    return { code, stdout };
  }

  /** `run` for text answers; without the last line feed. */
  async text(args: readonly string[], call?: GitCall): Promise<string> {
    const { stdout } = await this.run(args, call);
    return stdout.toString().replace(/\n$/, "");
  }

  /**
   * Caches the answer. `key` must identify the question completely and only by object ids, never by a ref,
   * because a ref can move. `null` is not cached: a missing object may still arrive.
   */
  remember<T>(key: string, ask: () => Promise<T>): Promise<T> {
    const known = this.#remembered.get(key);
    if (known) return known as Promise<T>;
    const asked = ask();
    this.#keep(key, asked);
    const forget = (): boolean => this.#remembered.delete(key);
    asked.then((answer) => answer === null && forget(), forget);
    return asked;
  }

  /** Remembers an answer that another question has brought along, as `remember` would under this key. */
  addAnswer(key: string, answer: unknown): void {
    this.#keep(key, Promise.resolve(answer));
  }

  #keep(key: string, answer: Promise<unknown>): void {
    this.#remembered.set(key, answer);
    if (this.#remembered.size <= REMEMBERED_MAX) return;
    const oldest = this.#remembered.keys().next();
    if (!oldest.done) this.#remembered.delete(oldest.value);
  }
}
