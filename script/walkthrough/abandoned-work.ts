import { createHash } from "node:crypto";
import { appendFile, lstat, readdir, readFile, readlink, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { commitIdentity, runGit } from "../../fixtures/meta-agent/git.ts";
import type { SampleProject } from "../../fixtures/meta-agent/sample-project.ts";
import { signalSender } from "../../fixtures/meta-agent/send-signal.ts";
import type { SignalDoor } from "../../fixtures/meta-agent/signal-door.ts";
import { createWorkspace, workspacePath } from "../../fixtures/meta-agent/workspace.ts";
import type { Stage } from "./stage.ts";

const AGENT = { name: "Prototype agent", email: "prototype@agents.example" };

/**
 * A second project, whose agents leave work that is nowhere else: a commit that was never pushed, a stash, and a file that git
 * does not track. Then its user cancels it.
 *
 * @returns the path of its workspace
 */
export async function abandonWork(
  project: SampleProject,
  {
    stage,
    projectId,
    door,
  }: { readonly stage: Stage; readonly projectId: string; readonly door: SignalDoor },
): Promise<string> {
  const { gitUrl, gitToken, fullName: repository, workspaceRoot } = stage;
  const path = workspacePath(workspaceRoot, projectId);
  const send = signalSender({ door, project: projectId, clock: () => new Date() });
  await send("orb.project.created", {
    project: { id: projectId, name: "Try another way", userId: project.userId },
    repository,
    workspace: { host: hostname(), path },
  });
  await createWorkspace({ path, gitUrl, gitToken, base: project.repository.defaultBranch });
  const git = (...args: string[]): Promise<string> => runGit(path, args, commitIdentity(AGENT, new Date()));
  await git("switch", "--quiet", "--create", `agent/${projectId}`);
  await writeFile(join(path, "IDEA.md"), "Stream the rows instead of collecting them.\n");
  await git("add", "IDEA.md");
  await git("commit", "--quiet", "--message", "Note another way");
  await appendFile(join(path, "IDEA.md"), "Measure it first.\n");
  await git("stash", "push", "--quiet");
  await writeFile(join(path, "measurements.csv"), "rows,ms\n1000,12\n");
  await send("orb.project.cancelled", { project: projectId, reason: "The first way was merged" });
  return path;
}

/** What may differ after a restore: how git packs objects, and what git would obey. */
const OTHER_FORM = /^\.git\/(?:objects|hooks|config)(?:\.archived)?(?:\/|$)/;

/** The contents of everything in a workspace, as one hash, and how many files that are. */
export async function contentsOf(path: string): Promise<{ readonly hash: string; readonly files: number }> {
  const names = (await readdir(path, { recursive: true })).filter((name) => !OTHER_FORM.test(name)).sort();
  const hash = createHash("sha256");
  let files = 0;
  for (const name of names) {
    const full = join(path, name);
    const stat = await lstat(full);
    hash.update(`${name}\0${stat.mode}\0`);
    if (stat.isSymbolicLink()) hash.update(await readlink(full));
    if (!stat.isFile()) continue;
    hash.update(await readFile(full));
    files += 1;
  }
  return { hash: hash.digest("hex"), files };
}
