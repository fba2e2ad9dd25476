import { execFile } from "node:child_process";
import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** The files of another commit of this repository, with the packages of this one. */
export interface Checkout extends AsyncDisposable {
  readonly root: string;
  /** The first characters of the commit. */
  readonly name: string;
}

/** @param commit anything that git understands @throws Error if there is no such commit */
export async function checkOut(commit: string): Promise<Checkout> {
  const git = (...words: string[]) => run("git", words, { cwd: ROOT });
  const { stdout } = await git("rev-parse", "--short", `${commit}^{commit}`);
  const root = join(await mkdtemp(join(tmpdir(), "orb-neighbours-")), "bot");
  await git("worktree", "add", "--detach", root, commit);
  await symlink(join(ROOT, "node_modules"), join(root, "node_modules"));
  return {
    root,
    name: `commit ${stdout.trim()}`,
    [Symbol.asyncDispose]: async () => {
      await git("worktree", "remove", "--force", root);
      await rm(join(root, ".."), { recursive: true, force: true });
    },
  };
}
