import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "../../../support/testing.ts";
import { SafeGit } from "../../../../src/workspaces/git/safe-git.ts";
import { openBelow } from "../../../../src/workspaces/git/open-below.ts";
import { OpenFolder } from "../../../../src/workspaces/tree/open-folder.ts";
import { sampled } from "../../../support/sample.ts";
import { KeepScene } from "../keep/scene.ts";

/**
 * Everything in a workspace that lets git run a program of the agent: how it is set, and a command that a person would use to
 * look at the workspace. `$C` is the canary; it notes its first argument.
 */
const SINKS: Readonly<Record<string, readonly [set: string, control: string]>> = {
  "core.fsmonitor": ['git config core.fsmonitor "$C fsmonitor"', "git status"],
  "filter.clean": [
    `git config filter.x.clean "$C clean"; echo '*.ts filter=x' > .git/info/attributes; touch src/a.ts`,
    "git -c core.fsmonitor=false status",
  ],
  "filter.smudge": [
    `git config filter.x.smudge "$C smudge"; echo '*.ts filter=x' > .git/info/attributes`,
    "rm src/a.ts; git checkout src/a.ts",
  ],
  "filter.process": [
    `git config filter.x.process "$C process"; echo '*.ts filter=x' > .gitattributes; touch src/a.ts`,
    "git status",
  ],
  "diff.textconv": [
    `git config diff.x.textconv "$C textconv"; echo '*.ts diff=x' > .gitattributes; echo 2 >> src/a.ts`,
    "git diff",
  ],
  "diff.command": [
    `git config diff.x.command "$C command"; echo '*.ts diff=x' > .gitattributes; echo 2 >> src/a.ts`,
    "git diff",
  ],
  "diff.external": ['git config diff.external "$C external"; echo 2 >> src/a.ts', "git diff"],
  "core.hooksPath": [
    `mkdir hooks; printf '#!/bin/sh\\n%s hook' "$C" > hooks/post-checkout; chmod +x hooks/post-checkout; git config core.hooksPath hooks`,
    "git checkout -q --detach",
  ],
  "a hook": [
    `printf '#!/bin/sh\\n%s own-hook' "$C" > .git/hooks/post-index-change; chmod +x .git/hooks/post-index-change`,
    "touch README.md; git status",
  ],
  "core.pager": ['git config core.pager "$C pager; cat"', "script -qec 'git log' /dev/null < /dev/null"],
  "an alias": ['git config alias.state "!$C alias"', "git state"],
  "gpg.program": [
    `git config gpg.program "$W/gpg"; git config log.showSignature true
     signed=$(git cat-file commit HEAD | sed '/^committer/a gpgsig -----BEGIN PGP SIGNATURE-----\\n \\n x\\n -----END PGP SIGNATURE-----' | git hash-object -t commit -w --stdin)
     git update-ref HEAD $signed`,
    "git log -1",
  ],
  "core.sshCommand": [
    'git config core.sshCommand "$C ssh"; git config remote.origin.url ssh://localhost/x',
    "git ls-remote origin",
  ],
  "credential.helper": [
    'git config credential.helper "!$C credential"',
    "printf 'protocol=https\\nhost=x\\n' | git credential fill",
  ],
  "include.path": [
    `printf '[core]\\n\\tfsmonitor = "%s include"\\n' "$C" > .git/more; git config include.path more`,
    "git status",
  ],
  "config.worktree": [
    'git config extensions.worktreeConfig true; git config --worktree core.fsmonitor "$C worktree"',
    "git status",
  ],
  "a submodule's configuration": [
    'git -c protocol.file.allow=always submodule --quiet add "file://$W/origin.git" sub; git -C sub config core.fsmonitor "$C submodule"',
    "git status",
  ],
  "a nested repository's configuration": [
    'git init -q nested; git -C nested commit -q --allow-empty -m N; git add nested 2>/dev/null; git -C nested config core.fsmonitor "$C nested"',
    "git status",
  ],
  "an editor of a rebase": ['git config sequence.editor "$C editor"', "git rebase -q -i --root"],
};

async function canariesOf(scene: KeepScene): Promise<string[]> {
  return readdir(join(scene.root, "sung"));
}

async function setCanaries(
  sinks: readonly string[],
): Promise<{ scene: KeepScene; env: Record<string, string> }> {
  const scene = await KeepScene.set();
  await scene.shell(
    `mkdir sung; printf '#!/bin/sh\\ntouch "${scene.root}/sung/$1"\\n' > canary; printf '#!/bin/sh\\n${scene.root}/canary gpg\\n' > gpg; chmod +x canary gpg`,
    { at: "." },
  );
  const env = { GIT_ALLOW_PROTOCOL: "file:ssh", C: join(scene.root, "canary"), W: scene.root };
  for (const sink of sinks) await scene.shell(SINKS[sink]?.[0] ?? "", { env });
  await scene.shell("rm -f sung/*", { at: "." });
  return { scene, env };
}

const sinks = Object.keys(SINKS);
const controls = sampled("ways in which a workspace lets git run programs", sinks, [
  "core.fsmonitor",
  "filter.clean",
  "diff.external",
  "include.path",
]);

describe("a workspace that lets git run programs of its agent (A24)", () => {
  test.each(controls)("runs one by %s, if a person looks at it: the control", async (sink) => {
    const { scene, env } = await setCanaries([sink]);
    await using _ = scene;
    await scene.shell(`${SINKS[sink]?.[1]} > /dev/null 2>&1 || true`, { env });
    expect(await canariesOf(scene)).toHaveLength(1);
  });

  test("runs none in an inspection, a baseline, or any other run of SafeGit, with all of them together", async () => {
    const { scene } = await setCanaries(sinks);
    await using _ = scene;
    const { reasons, answer } = await scene.inspect();
    expect(answer).toBe("work");
    expect(reasons.map(({ code }) => code)).toContain("uncommitted_changes");
    await scene.noteBaseline();
    const head = await scene.shell("git rev-parse HEAD");
    await using workTree = await OpenFolder.open(join(scene.root, "ws"));
    const objects = await openBelow(workTree, ".git/objects");
    await using git = await SafeGit.open({ objects, objectFormat: "sha1", shallow: [] });
    await git.setHead(head);
    await git.run(["read-tree", head]);
    for (const args of [
      ["status"],
      ["diff"],
      ["diff", "HEAD"],
      ["log", "-p"],
      ["log", "--show-signature"],
      ["add", "-A"],
    ]) {
      await git.run(args, { workTree });
    }
    await objects?.close();
    expect(await canariesOf(scene)).toEqual([]);
  });
});
