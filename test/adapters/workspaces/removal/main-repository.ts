import { execFileSync } from "node:child_process";

const IDENTITY = ["-c", "user.name=A", "-c", "user.email=a@example.com"];

/** Makes a repository with one commit, to which worktrees can be added. @returns its path */
export function makeMain(path: string): string {
  execFileSync("git", ["init", "-q", path]);
  git(path, ...IDENTITY, "commit", "-q", "--allow-empty", "-m", "first");
  return path;
}

export function git(cwd: string, ...args: readonly string[]): string {
  return execFileSync("git", args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
}
