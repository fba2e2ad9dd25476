import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The project's folder, with a slash at the end. */
export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** The project's files, committed or not yet, as paths from its folder. Takes git's pathspecs; without any, all files. */
export function repositoryFiles(...pathspecs: readonly string[]): string[] {
  const list = ["ls-files", "--cached", "--others", "--exclude-standard", "--", ...pathspecs];
  return execFileSync("git", list, { cwd: ROOT, encoding: "utf8" }).trim().split("\n");
}
