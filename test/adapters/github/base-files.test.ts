import { afterAll, beforeAll, describe, expect, test } from "../../support/testing.ts";
import { NO_FILES } from "../../../src/github/facts/files/base-files.ts";
import { refusalOf, setGitHubScene, type GitHubScene } from "./scene.ts";

const GRAPHQL = "POST /graphql 200";
const CONTENTS = "GET /repos/{owner}/{repo}/contents/{path}";

const FILES = {
  "README.md": "# Widgets\n",
  ".gitattributes": "dist/** linguist-generated\n",
  ".github/orb.yml": "draft: always\n",
  ".github/labeler.yml": "api: src/api/**\n",
  ".github/orb/description.md": "{{ summary }}\n",
  ".github/orb/notes.txt": "No template.\n",
  ".github/logo.png": Buffer.from([0x89, 0x50, 0x4e, 0x47, 0]),
  ".github/workflows/ci.yml": "on: push\n",
  ".github/Pull_Request_Template.md": "## From .github\n",
  ".github/PULL_REQUEST_TEMPLATE/release.md": "## Release\n",
  "docs/pull_request_template.md": "## From docs\n",
  CODEOWNERS: "* @octocat\n",
  "docs/CODEOWNERS": "* @nobody\n",
};

describe("the files of a base commit", () => {
  let scene: GitHubScene;
  let commit: string;

  beforeAll(async () => {
    scene = await setGitHubScene();
    commit = await scene.github.pushFiles(scene.repository, {
      branch: "main",
      files: FILES,
      message: "Settle how we work",
    });
  });

  afterAll(() => scene[Symbol.asyncDispose]());

  test("are those that configure pull requests, searched in GitHub's order of folders", async () => {
    const found = await scene.remote.baseFiles(commit);
    const [template, release] = found.pullRequestTemplates;
    expect({ ...found, templates: [...found.templates.keys()] }).toMatchObject({
      settings: { path: ".github/orb.yml", text: "draft: always\n" },
      labeler: { path: ".github/labeler.yml" },
      gitAttributes: { path: ".gitattributes", text: "dist/** linguist-generated\n" },
      codeOwners: { path: "CODEOWNERS", text: "* @octocat\n" },
      templates: ["description"],
      unread: [],
    });
    expect(found.pullRequestTemplates).toHaveLength(2);
    expect(template).toMatchObject({ path: ".github/Pull_Request_Template.md", text: "## From .github\n" });
    expect(release).toMatchObject({ path: ".github/PULL_REQUEST_TEMPLATE/release.md" });
    const oid = await scene.github.world.git(scene.repository).text(["rev-parse", `${commit}:CODEOWNERS`]);
    expect(found.codeOwners?.oid).toBe(oid);
  });

  test("cost one request, also for parallel calls, and none while the commit is cached", async () => {
    const { gitHub, remote, github, repository, routesOf } = scene;
    const next = await github.pushFiles(repository, { branch: "main", files: { a: "a\n" }, message: "A" });
    expect(await routesOf(() => Promise.all([remote.baseFiles(next), remote.baseFiles(next)]))).toEqual([
      GRAPHQL,
    ]);
    const again = await gitHub.repository("ACME/widgets");
    expect(await routesOf(() => again.baseFiles(next))).toEqual([]);
  });

  test("are all missing in a new repository", async () => {
    const bare = await scene.github.createRepository({ owner: scene.acme, name: "bare" });
    const sha = await scene.github.branchSha(bare, "main");
    const found = await (await scene.gitHub.repository("acme/bare")).baseFiles(sha ?? "");
    expect(found).toEqual(NO_FILES);
  });

  test.each([
    ["too long", "x".repeat(64 * 1024 + 1), "file_too_long"],
    ["not text", Buffer.from([1, 0, 2]), "file_not_text"],
  ])("that are %s are reported instead of ignored", async (_what, content, code) => {
    const { github, repository, remote } = scene;
    const files = { ".github/orb.yml": content, ".github/labeler.yml": content };
    const sha = await github.pushFiles(repository, { branch: "main", files, message: "Spoil" });
    const { settings, labeler, codeOwners, unread } = await remote.baseFiles(sha);
    await github.pushFiles(repository, { branch: "main", files: FILES, message: "Repair" });
    const refused = (path: string) => ({
      code,
      reason: expect.stringContaining(path) as unknown,
      remedy: expect.any(String) as unknown,
    });
    expect({ settings, labeler, unread }).toMatchObject({
      settings: { path: ".github/orb.yml", refusal: refused(".github/orb.yml") },
      labeler: null,
      unread: [{ path: ".github/labeler.yml", refusal: refused(".github/labeler.yml") }],
    });
    expect(codeOwners).not.toBeNull();
  });

  test.each([
    ["that fits into the answer", 70_000, [GRAPHQL]],
    ["that GraphQL cuts", 2_999_999, [GRAPHQL, `${CONTENTS} 200`]],
  ])("include a CODEOWNERS %s, to its last line", async (_what, length, requests) => {
    const { github, repository, remote, routesOf } = scene;
    const last = "/src/ @octocat\n";
    const content = "# é\n".repeat(Math.floor((length - last.length) / 5)) + last;
    const sha = await github.pushFiles(repository, {
      branch: "main",
      files: { CODEOWNERS: content },
      message: "Own much",
    });
    const asked = await routesOf(() => remote.baseFiles(sha));
    const { codeOwners, unread } = await remote.baseFiles(sha);
    expect([asked, codeOwners?.text === content, unread]).toEqual([requests, true, []]);
  });

  test("do not include a CODEOWNERS that is too long for GitHub, which is reported", async () => {
    const { github, repository, remote } = scene;
    const files = { CODEOWNERS: "#".repeat(3_000_000) };
    const sha = await github.pushFiles(repository, { branch: "main", files, message: "Own all" });
    const { codeOwners, unread } = await remote.baseFiles(sha);
    expect([codeOwners, unread.map(({ refusal }) => refusal.code)]).toEqual([null, ["file_too_long"]]);
  });

  test("are never what a symbolic link leads to, and each link is reported", async () => {
    const { github, acme, gitHub } = scene;
    const link = { link: "../elsewhere.md" };
    const linked = await github.createRepository({ owner: acme, name: "linked" });
    const sha = await github.pushFiles(linked, {
      branch: "main",
      message: "Link",
      files: {
        "elsewhere.md": "* @octocat\n",
        ".gitattributes": link,
        CODEOWNERS: link,
        ".github/orb.yml": link,
        ".github/labeler.yml": link,
        ".github/PULL_REQUEST_TEMPLATE/fix.md": link,
        ".github/orb/fix.md": link,
        "docs/pull_request_template.md": link,
      },
    });
    const { settings, unread, ...found } = await (await gitHub.repository("acme/linked")).baseFiles(sha);
    expect(settings).toMatchObject({ refusal: { code: "file_is_link" } });
    expect(unread.map(({ path, refusal }) => `${refusal.code} ${path}`).toSorted()).toEqual([
      "file_is_link .gitattributes",
      "file_is_link .github/PULL_REQUEST_TEMPLATE/fix.md",
      "file_is_link .github/labeler.yml",
      "file_is_link .github/orb/fix.md",
      "file_is_link CODEOWNERS",
      "file_is_link docs/pull_request_template.md",
    ]);
    expect(found).toEqual({
      labeler: null,
      gitAttributes: null,
      codeOwners: null,
      pullRequestTemplates: [],
      templates: new Map(),
    });
  });

  test("may be in a folder that is a link, which is reported in place of the settings", async () => {
    const { github, acme, gitHub } = scene;
    const repository = await github.createRepository({ owner: acme, name: "elsewhere" });
    const files = { ".github": { link: "config" }, "config/orb.yml": "draft: always\n" };
    const sha = await github.pushFiles(repository, { branch: "main", message: "Link", files });
    const { settings, unread } = await (await gitHub.repository("acme/elsewhere")).baseFiles(sha);
    expect(settings).toMatchObject({ refusal: { code: "file_is_link" } });
    expect(unread).toEqual([]);
  });

  test.each([
    [[".github/orb.yaml"], ".github/orb.yaml", []],
    [[".github/Orb.YAML", ".github/labeler.yaml"], ".github/Orb.YAML", [".github/labeler.yaml"]],
    [[".github/orb.yml", ".github/orb.yaml"], null, [".github/orb.yaml"]],
  ])("named %j are reported if their names are spelt differently", async (paths, settings, unread) => {
    const { github, acme, gitHub } = scene;
    const name = `named-${paths.join("-").replaceAll(/\W/g, "")}`;
    const files = Object.fromEntries(paths.map((path) => [path, "draft: always\n"]));
    const repository = await github.createRepository({ owner: acme, name, files });
    const sha = await github.branchSha(repository, "main");
    const found = await (await gitHub.repository(`acme/${name}`)).baseFiles(sha ?? "");
    const said = found.settings && "refusal" in found.settings ? found.settings.refusal.reason : null;
    expect(said).toBe(settings && `${settings} is not read: the bot reads .github/orb.yml.`);
    expect(found.unread.map(({ path, refusal }) => [refusal.code, path])).toEqual(
      unread.map((path) => ["file_misnamed", path]),
    );
  });

  test("of a missing commit are a refusal, not “no settings”, and so is a failure; neither is cached", async () => {
    const { github, repository, remote } = scene;
    expect((await refusalOf(remote.baseFiles("1".repeat(40)))).code).toBe("github_unavailable");
    const sha = await github.pushFiles(repository, { branch: "main", files: { b: "b\n" }, message: "B" });
    github.faults.add({ route: "POST /graphql", fault: { kind: "error", status: 502, when: "before" } });
    expect((await refusalOf(remote.baseFiles(sha))).code).toBe("github_unavailable");
    await expect(remote.baseFiles(sha)).resolves.toMatchObject({ labeler: { path: ".github/labeler.yml" } });
  });

  test("of another base come in one request with those that the default branch has now", async () => {
    const { github, repository, remote, routesOf } = scene;
    await remote.facts();
    const baseSha = await github.pushFiles(repository, {
      branch: "agent/lax",
      from: "main",
      files: { ".github/orb.yml": "draft: never\n" },
      message: "Relax",
    });
    for (const draft of ["always", "risky"]) {
      const files = { ".github/orb.yml": `draft: ${draft}\n` };
      const mainSha = await github.pushFiles(repository, { branch: "main", files, message: "Settle" });
      let found: Awaited<ReturnType<typeof remote.ruleFiles>> | null = null;
      expect(
        await routesOf(async () => (found = await remote.ruleFiles({ base: "agent/lax", baseSha }))),
      ).toEqual([GRAPHQL]);
      expect(found).toMatchObject({
        base: { settings: { text: "draft: never\n" } },
        defaults: { settings: { text: `draft: ${draft}\n` }, labeler: { path: ".github/labeler.yml" } },
        defaultBranch: "main",
      });
      await remote.baseFiles(mainSha);
      expect(await routesOf(() => remote.ruleFiles({ base: "main", baseSha: mainSha }))).toEqual([]);
    }
    const missing = remote.ruleFiles({ base: "agent/lax", baseSha: "3".repeat(40) });
    expect((await refusalOf(missing)).code).toBe("github_unavailable");
  });

  test("need the permission to read contents", async () => {
    const { github, installation, remote } = scene;
    const { contents: _contents, ...others } = installation.permissions;
    await github.grantPermissions(installation, others);
    github.expireTokens();
    scene.gitHub.forget("acme/widgets");
    expect((await refusalOf(remote.baseFiles("2".repeat(40)))).code).toBe("permission_missing");
  });
});

describe("an owner's settings", () => {
  test("are read from the repository .github, cached for five minutes, and then requested with their ETag", async () => {
    await using scene = await setGitHubScene();
    const { github, acme, remote, wait, routesOf } = scene;
    expect(await remote.ownerSettings()).toBeNull();
    const files = { ".github/orb.yml": "draft: never\n" };
    const home = await github.createRepository({ owner: acme, name: ".github", files });
    expect(await remote.ownerSettings()).toBeNull();
    wait(5 * 60_000);
    expect(await remote.ownerSettings()).toMatchObject({
      path: "acme/.github/.github/orb.yml",
      text: "draft: never\n",
    });
    expect(await routesOf(() => remote.ownerSettings())).toEqual([]);
    wait(5 * 60_000);
    expect(await routesOf(() => remote.ownerSettings())).toEqual([`${CONTENTS} 304`]);
    await github.pushFiles(home, {
      branch: "main",
      files: { ".github/orb.yml": "draft: risky\n" },
      message: "Risky",
    });
    wait(5 * 60_000);
    expect(await remote.ownerSettings()).toMatchObject({ text: "draft: risky\n" });
  });

  test.each([403, 404])("that the App may not read (%i) count as missing", async (status) => {
    await using scene = await setGitHubScene();
    const fault = { kind: "answer", status, json: { message: "Not for you" } } as const;
    scene.github.faults.add({ route: CONTENTS, fault });
    expect(await scene.remote.ownerSettings()).toBeNull();
  });

  test("that can't be read are reported, and a rate limit is a refusal: neither counts as missing", async () => {
    await using scene = await setGitHubScene();
    const { github, acme, remote, wait } = scene;
    github.faults.add({ route: CONTENTS, fault: { kind: "secondary-limit", retryAfterS: 30 } });
    const limited = await refusalOf(remote.ownerSettings());
    expect([limited.code, limited.retryAt !== null]).toEqual(["rate_limited", true]);
    wait(30_000);
    const files = { ".github/orb.yml": "#".repeat(64 * 1024 + 1) };
    await github.createRepository({ owner: acme, name: ".github", files });
    expect(await remote.ownerSettings()).toMatchObject({
      refusal: { code: "file_too_long", remedy: "Shorten acme/.github/.github/orb.yml." },
    });
  });

  test.each([
    ["that leads nowhere", { ".github/orb.yml": { link: "../gone.yml" } }, "file_is_link"],
    ["spelt .yaml", { ".github/orb.yaml": "draft: never\n" }, "file_misnamed"],
  ])("in a file %s are reported, because they may contain rules", async (_what, files, code) => {
    await using scene = await setGitHubScene();
    const { github, acme, remote } = scene;
    const home = await github.createRepository({ owner: acme, name: ".github" });
    await github.pushFiles(home, { branch: "main", message: "Rule", files });
    expect(await remote.ownerSettings()).toMatchObject({ refusal: { code } });
  });
});
