import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { runGit } from "../../fixtures/meta-agent/git.ts";
import { loadProject } from "../../fixtures/meta-agent/load-project.ts";
import type { SampleProject } from "../../fixtures/meta-agent/sample-project.ts";
import { seedRepository } from "../../fixtures/meta-agent/seed-repository.ts";

/** A bare repository on disk with a sample's first commit, and a folder for workspaces beside it. */
export interface SampleOrigin extends AsyncDisposable {
  readonly project: SampleProject;
  readonly gitUrl: string;
  readonly workspaceRoot: string;
  /** The first commit. */
  readonly baseSha: string;
  /** Runs git in the bare repository. */
  git(...args: string[]): Promise<string>;
}

export async function sampleOrigin(key: string): Promise<SampleOrigin> {
  const directory = await mkdtemp(join(tmpdir(), "orb-sample-"));
  const gitDir = join(directory, "origin.git");
  const project = await loadProject(key);
  await runGit(directory, ["init", "--quiet", "--bare", "--initial-branch=main", gitDir]);
  const gitUrl = pathToFileURL(gitDir).href;
  const baseSha = await seedRepository({ repository: project.repository, gitUrl, gitToken: null });
  return {
    project,
    gitUrl,
    workspaceRoot: join(directory, "workspaces"),
    baseSha,
    git: (...args) => runGit(gitDir, args),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}
