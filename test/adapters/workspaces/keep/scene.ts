// A workspace with real git, and a bare repository that stands for GitHub.

import { execFile } from "node:child_process";
import { cp, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { GitHost } from "../../../../src/workspaces/git/safe-git.ts";
import type { AskGitHub, CommitsQuestion } from "../../../../src/workspaces/keep/ask-github.ts";
import type { Baseline } from "../../../../src/workspaces/keep/baseline.ts";
import { inspect } from "../../../../src/workspaces/keep/inspect.ts";
import type { Inspection } from "../../../../src/workspaces/keep/inspection.ts";
import type { Borrowers } from "../../../../src/workspaces/keep/borrowers.ts";
import { noteBaseline } from "../../../../src/workspaces/keep/note-baseline.ts";
import { OpenFolder } from "../../../../src/workspaces/tree/open-folder.ts";

const run = promisify(execFile);
const PREPARE = `
git init -q --bare --template= -b main origin.git
git init -q --template= -b main first
cd first
mkdir src
echo one > README.md
echo 'export const a = 1;' > src/a.ts
printf 'node_modules\\n.env\\n*.log\\ntarget\\n' > .gitignore
git add .
git commit -qm "Initial commit"
git push -q ../origin.git main
cd ..
rm -rf first
git clone -q --template= origin.git ws
cd ws
mkdir .git/info .git/hooks
git remote set-url origin ../origin.git
git checkout -qb agent/x
`;
/** No settings of the machine, and a person who commits. */
const ENVIRONMENT = {
  PATH: process.env["PATH"] ?? "/usr/bin:/bin",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_AUTHOR_NAME: "Agent",
  GIT_AUTHOR_EMAIL: "agent@example.com",
  GIT_COMMITTER_NAME: "Agent",
  GIT_COMMITTER_EMAIL: "agent@example.com",
  GIT_ALLOW_PROTOCOL: "file",
  LC_ALL: "C.UTF-8",
};

export interface InspectOptions {
  /** Relative to the scene's folder. */
  readonly at?: string;
  readonly baseline?: Baseline | null;
  readonly askGitHub?: AskGitHub;
  readonly borrowers?: Borrowers;
  readonly host?: GitHost;
  readonly now?: Date;
  readonly signal?: AbortSignal;
}

export class KeepScene {
  /** Holds `origin.git`, and the workspace `ws`. */
  readonly root: string;
  /** What was asked of GitHub. */
  readonly questions: CommitsQuestion[] = [];

  private constructor(root: string) {
    this.root = root;
  }

  /** @param prepare a script that makes the workspace; by default it is a clone with one commit, on a branch of its own */
  static async set(prepare?: string): Promise<KeepScene> {
    const scene = new KeepScene(await mkdtemp(join(tmpdir(), "orb-keep-")));
    if (prepare === undefined) {
      template ??= makeTemplate();
      await cp((await template).root, scene.root, { recursive: true, verbatimSymlinks: true });
    } else await scene.shell(prepare, { at: "." });
    return scene;
  }

  /** Runs a script, in the workspace or elsewhere. @returns its output without the last line feed */
  async shell(
    script: string,
    { at = "ws", env = {} }: { at?: string; env?: Record<string, string> } = {},
  ): Promise<string> {
    const { stdout } = await run("bash", ["--norc", "-euc", script], {
      cwd: join(this.root, at),
      env: { ...ENVIRONMENT, ...env },
      maxBuffer: 64 * 1024 * 1024,
    });
    return stdout.replace(/\n$/, "");
  }

  async inspect({ at = "ws", now, ...options }: InspectOptions = {}): Promise<Inspection> {
    await using folder = await OpenFolder.open(join(this.root, at));
    return await inspect(folder, {
      baseline: null,
      askGitHub: (question) => this.#ask(question),
      borrowers: { known: [], unread: [] },
      now: () => now ?? new Date(),
      ...options,
    });
  }

  async noteBaseline({ at = "ws", thereAtMs }: { at?: string; thereAtMs?: number } = {}): Promise<Baseline> {
    await using folder = await OpenFolder.open(join(this.root, at));
    return await noteBaseline(folder, { thereAtMs: thereAtMs ?? (await this.#now()) });
  }

  /** By the clock that gives files their times: what is there already is not newer, however coarse or corrected that clock is. */
  async #now(): Promise<number> {
    const path = join(this.root, "now");
    await writeFile(path, "");
    const { ctimeMs } = await stat(path);
    await rm(path);
    return ctimeMs;
  }

  /** As GitHub answers: what a branch or a `refs/pull/N/head` of `origin.git` leads to is held. */
  async #ask(question: CommitsQuestion): ReturnType<AskGitHub> {
    this.questions.push(question);
    const answer = await this.shell(
      `git for-each-ref --format='%(objectname)' refs/heads refs/pull > ../heads
      cat ../heads; echo; git rev-list --stdin < ../heads; echo
      git cat-file --batch-all-objects --batch-check='%(objectname)'`,
      { at: "origin.git" },
    );
    const [heads, held, present] = answer.split("\n\n").map((ids) => new Set(ids.split("\n")));
    const only = (known = new Set<string>()): Set<string> =>
      new Set(question.shas.filter((sha) => known.has(sha)));
    return { held: only(held), present: only(present), heads: [...(heads ?? [])] };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.root, { recursive: true, force: true });
  }
}

/** Made once for all tests of a process, and copied for each. */
let template: Promise<KeepScene> | undefined;

function makeTemplate(): Promise<KeepScene> {
  return KeepScene.set(PREPARE);
}

/** The codes of all reasons, each once. */
export function codesOf({ reasons }: Pick<Inspection, "reasons">): string[] {
  return [...new Set(reasons.map(({ code }) => code))];
}

/** Fails with the reasons if the answer is another one. */
export function summary({ answer, reasons }: Inspection): string {
  return [answer, ...reasons.map(({ code, reason }) => `${code}: ${reason}`)].join("\n");
}
