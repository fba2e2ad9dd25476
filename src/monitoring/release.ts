import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { VERSION } from "../version.ts";

const GIT_MS_MAX = 2_000;
const COMMIT = /^[0-9a-f]{7,40}$/;
const COMMIT_CHARACTERS = 12;

/**
 * The name of what runs, in Sentry's form: `orb-bot@1.2.3+0123456789ab`. The commit is read from git; a container has none, so its
 * build leaves it in the file `revision`. Without either the name ends with the version.
 *
 * @param root the folder of package.json
 */
export async function readRelease(root: string): Promise<string> {
  const commit = (await ofBuild(root)) ?? (await ofGit(root));
  return commit === null ? `orb-bot@${VERSION}` : `orb-bot@${VERSION}+${commit}`;
}

async function ofBuild(root: string): Promise<string | null> {
  try {
    return commitIn(await readFile(join(root, "revision"), "utf8"));
  } catch {
    return null;
  }
}

async function ofGit(root: string): Promise<string | null> {
  try {
    // Only its own: the folder may be inside another repository.
    const args = [`--git-dir=${join(root, ".git")}`, "rev-parse", "HEAD"];
    const { stdout } = await promisify(execFile)("git", args, { timeout: GIT_MS_MAX });
    return commitIn(stdout);
  } catch {
    return null;
  }
}

function commitIn(text: string): string | null {
  const commit = text.trim();
  return COMMIT.test(commit) ? commit.slice(0, COMMIT_CHARACTERS) : null;
}
