import { afterAll, beforeAll, describe, expect, test } from "../../support/testing.ts";
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
    expect(found).toEqual({
      settings: null,
      labeler: null,
      gitAttributes: null,
      codeOwners: null,
      pullRequestTemplates: [],
      templates: new Map(),
      unread: [],
    });
  });

  test.each([
    ["too long", "x".repeat(64 * 1024 + 1), "file_too_long"],
    ["not text", Buffer.from([1, 0, 2]), "file_not_text"],
  ])("that are %s are reported instead of ignored", async (_what, content, code) => {
    const { github, repository, remote } = scene;
    const files = { ".github/orb.yml": content, CODEOWNERS: content };
    const sha = await github.pushFiles(repository, { branch: "main", files, message: "Spoil" });
    const { settings, labeler, codeOwners, unread } = await remote.baseFiles(sha);
    const refused = (path: string) => ({
      code,
      reason: expect.stringContaining(path) as unknown,
      remedy: expect.any(String) as unknown,
    });
    expect({ settings, codeOwners, unread }).toMatchObject({
      settings: { path: ".github/orb.yml", refusal: refused(".github/orb.yml") },
      codeOwners: null,
      unread: [{ path: "CODEOWNERS", refusal: refused("CODEOWNERS") }],
    });
    expect(labeler).not.toBeNull();
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
    const { github, acme, remote } = scene;
    github.faults.add({ route: CONTENTS, fault: { kind: "secondary-limit", retryAfterS: 30 } });
    const limited = await refusalOf(remote.ownerSettings());
    expect([limited.code, limited.retryAt !== null]).toEqual(["rate_limited", true]);
    const files = { ".github/orb.yml": "#".repeat(64 * 1024 + 1) };
    await github.createRepository({ owner: acme, name: ".github", files });
    expect(await remote.ownerSettings()).toMatchObject({
      refusal: { code: "file_too_long", remedy: "Shorten acme/.github/.github/orb.yml." },
    });
  });
});
