import { cpSync, mkdirSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runGit } from "../../../../fixtures/meta-agent/git.ts";
import type { Repository } from "../../../local-github/state.ts";
import { type Content, SAFE, UNREADABLE, WORK } from "./plan.ts";

const CONFIG = ["user.name=Agent", "user.email=agent@example.com", "gc.auto=0"].flatMap((each) => [
  "-c",
  each,
]);
/** The address that a real clone has; nobody fetches from it. */
const ORIGIN = "https://github.com/octo/hello.git";

/** A folder for each content, made once with git and then copied. */
export class Templates {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** @param folder a new one */
  static async make(folder: string, { gitDir }: Pick<Repository, "gitDir">): Promise<Templates> {
    const base = join(folder, "pushed");
    mkdirSync(folder);
    await runGit(folder, ["clone", "--quiet", "--template=", gitDir, "pushed"]);
    await git(base, ["checkout", "--quiet", "-b", "agent/work"]);
    writeFileSync(join(base, ".gitignore"), "node_modules/\ntarget/\n.env\n");
    writeFileSync(join(base, "work.txt"), "Work.\n");
    await git(base, ["add", "."], ["commit", "--quiet", "--message", "Work"]);
    await git(
      base,
      ["push", "--quiet", "origin", "HEAD"],
      ["remote", "set-url", "origin", ORIGIN],
      ["repack", "-adq"],
    );
    const templates = new Templates(folder);
    const others = [...SAFE, ...WORK, ...UNREADABLE].filter((content) => content !== "pushed");
    await Promise.all(others.map((content) => templates.#make(content, base)));
    return templates;
  }

  /** Copies the template of a content to a new folder. */
  copy(content: Content, to: string): void {
    cpSync(join(this.#folder, content), to, { recursive: true });
  }

  async #make(content: Content, base: string): Promise<void> {
    const path = join(this.#folder, content);
    const make = MAKE[content];
    if (make.withoutGit) mkdirSync(path);
    else cpSync(base, path, { recursive: true });
    await make.change?.(path);
  }
}

interface Make {
  readonly withoutGit?: true;
  readonly change?: (path: string) => unknown;
}

const MAKE: Readonly<Record<Content, Make>> = {
  pushed: {},
  rebuildable: { change: (path) => fill(path, "node_modules/left-pad/index.js", 20_000) },
  empty: { withoutGit: true },
  caches: { change: (path) => fill(path, "target/debug/program", 100_000) },
  unpushed: { change: commit },
  forged: {
    change: async (path) => {
      await commit(path);
      await git(path, ["update-ref", "refs/remotes/origin/agent/work", "HEAD"]);
    },
  },
  dirty: { change: (path) => fill(path, "work.txt", 50) },
  staged: {
    change: async (path) => {
      fill(path, "work.txt", 50);
      await git(path, ["add", "work.txt"]);
    },
  },
  untracked: { change: (path) => fill(path, "notes/plan.md", 500) },
  ignored: { change: (path) => fill(path, ".env", 80) },
  stash: {
    change: async (path) => {
      fill(path, "work.txt", 50);
      await git(path, ["stash", "push", "--quiet"]);
    },
  },
  detached: {
    change: async (path) => {
      await git(path, ["checkout", "--quiet", "--detach"]);
      await commit(path);
      await git(path, ["checkout", "--quiet", "agent/work"]);
    },
  },
  merging: {
    change: async (path) => {
      await git(path, ["checkout", "--quiet", "-b", "other", "main"]);
      await git(path, ["commit", "--quiet", "--allow-empty", "--message", "Other"]);
      await git(
        path,
        ["checkout", "--quiet", "agent/work"],
        ["merge", "--quiet", "--no-ff", "--no-commit", "other"],
      );
    },
  },
  nested: {
    change: async (path) => {
      const inner = join(path, "node_modules/inner");
      mkdirSync(inner, { recursive: true });
      await git(
        inner,
        ["init", "--quiet", "--template="],
        ["commit", "--quiet", "--allow-empty", "--message", "Inner"],
      );
    },
  },
  // These are the main repositories: a worktree has the full path of its own in it, so it is made in its place.
  linked: {},
  linked_work: {},
  inner_worktree: {},
  files: { withoutGit: true, change: (path) => fill(path, "results/report.csv", 5_000) },
  damaged: {
    change: (path) => {
      const packs = join(path, ".git/objects/pack");
      for (const name of readdirSync(packs)) {
        const pack = join(packs, name);
        if (name.endsWith(".idx")) rmSync(pack, { force: true });
        else truncateSync(pack, Math.floor(statSync(pack).size / 2));
      }
    },
  },
};

async function commit(path: string): Promise<void> {
  fill(path, "work.txt", 70);
  await git(path, ["commit", "--quiet", "--all", "--message", "More work"]);
}

async function git(path: string, ...commands: readonly (readonly string[])[]): Promise<void> {
  for (const args of commands) await runGit(path, [...CONFIG, ...args]);
}

function fill(path: string, name: string, bytes: number): void {
  const to = join(path, name);
  mkdirSync(join(to, ".."), { recursive: true });
  writeFileSync(to, "Text of an agent.\n".repeat(Math.ceil(bytes / 18)).slice(0, bytes));
}
