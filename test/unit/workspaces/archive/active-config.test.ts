import { activeConfig, type ConfigLine } from "../../../../src/workspaces/archive/rules/active-config.ts";
import { expect, test } from "../../../support/testing.ts";

const active = (lines: readonly (readonly [string, string | null])[], gitFolder = ".git"): string =>
  activeConfig(
    lines.map(([key, value]): ConfigLine => ({ key, value })),
    { gitFolder },
  );

test.each([
  ["core.fsmonitor", "/bin/evil"],
  ["core.hookspath", "hooks"],
  ["core.sshcommand", "evil"],
  ["core.pager", "evil"],
  ["core.editor", "evil"],
  ["core.attributesfile", "/x"],
  ["core.excludesfile", "*"],
  ["core.gitproxy", "evil"],
  ["core.alternaterefscommand", "evil"],
  ["core.worktree", "/etc"],
  ["include.path", "evil"],
  ["includeif.gitdir:/.path", "evil"],
  ["filter.lfs.clean", "evil"],
  ["filter.x.process", "evil"],
  ["diff.x.textconv", "evil"],
  ["diff.external", "evil"],
  ["merge.x.driver", "evil"],
  ["alias.status", "!evil"],
  ["gpg.program", "evil"],
  ["credential.helper", "evil"],
  ["url.ext::evil.insteadof", "https://github.com/"],
  ["uploadpack.packobjectshook", "evil"],
  ["remote.origin.uploadpack", "evil"],
  ["remote.origin.vcs", "evil"],
  ["remote.origin.url", "ext::sh -c evil"],
  ["remote.origin.url", "-oProxyCommand=evil"],
  ["remote.origin.url", "ssh://-oProxyCommand=evil/x"],
  ["remote.-x.url", "https://github.com/a/b"],
  ["submodule.lib.update", "!evil"],
  ["submodule.lib.url", "ext::evil"],
  ["branch.main.remote", "ext::evil"],
  ["user.name", "a\n[core]\nfsmonitor = evil"],
  ["http.proxy", "http://evil"],
  ["http.https://github.com/.extraheader", "Authorization: secret"],
  ["extensions.partialclone", "origin"],
])("%s = %s is not obeyed after a restore (A24)", (key, value) => {
  expect(active([[key, value]])).toBe("");
});

test("what describes the repository stays in force", () => {
  expect(
    active([
      ["core.repositoryformatversion", "0"],
      ["core.filemode", null],
      ["user.name", 'An "agent"'],
      ["remote.origin.url", "https://github.com/owner/name.git"],
      ["remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*"],
      ["branch.agent/x.merge", "refs/heads/agent/x"],
      ["submodule.a.b.active", "true"],
    ]),
  ).toBe(
    [
      '[core]\n\trepositoryformatversion = "0"\n',
      '[core]\n\tfilemode = "true"\n',
      '[user]\n\tname = "An \\"agent\\""\n',
      '[remote "origin"]\n\turl = "https://github.com/owner/name.git"\n',
      '[remote "origin"]\n\tfetch = "+refs/heads/*:refs/remotes/origin/*"\n',
      '[branch "agent/x"]\n\tmerge = "refs/heads/agent/x"\n',
      '[submodule "a.b"]\n\tactive = "true"\n',
    ].join(""),
  );
});

test.each([
  ["https://x-access-token:ghs_secret@github.com/a/b.git", "https://github.com/a/b.git"],
  ["https://ghs_secret@github.com/a/b.git", "https://github.com/a/b.git"],
  ["ssh://git:secret@github.com/a/b.git", "ssh://git@github.com/a/b.git"],
  ["git@github.com:a/b.git", "git@github.com:a/b.git"],
  ["/srv/git/b.git", "/srv/git/b.git"],
])("the address %s comes back without its secret", (url, bare) => {
  expect(active([["remote.origin.url", url]])).toBe(`[remote "origin"]\n\turl = "${bare}"\n`);
});

test("a submodule finds its files again, and never files outside the workspace", () => {
  const at = (worktree: string): string => active([["core.worktree", worktree]], ".git/modules/lib");
  expect(at("../../../lib")).toContain('worktree = "../../../lib"');
  expect(at("../../../../sibling")).toBe("");
  expect(at("../../../lib/../../sibling")).toBe("");
});

test("a repository with files beside it is not bare, whatever the one said that it was a worktree of", () => {
  expect(active([["core.bare", "true"]])).toBe('[core]\n\tbare = "false"\n');
  expect(active([["core.bare", "true"]], "sample.git")).toBe('[core]\n\tbare = "true"\n');
});
