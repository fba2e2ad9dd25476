import { describe, expect, test } from "../../support/testing.ts";
import { ALL_PERMISSIONS, readWith, refusal, setScene } from "./scene.ts";

describe("an installation", () => {
  test("gets the missing permission named if it may read but not write", async () => {
    await using scene = await setScene();
    const octokit = await scene.octokitWith({ pull_requests: "read", contents: "read" });
    const { at } = scene;
    const refused = await refusal(octokit.rest.pulls.create({ ...at, head: "x", base: "main", title: "X" }));
    expect(refused).toMatchObject({
      status: 403,
      body: { message: "Resource not accessible by integration", status: "403" },
      headers: { "x-accepted-github-permissions": "pull_requests=write" },
    });
    const labels = await refusal(octokit.rest.issues.createLabel({ ...at, name: "x" }));
    expect(labels.headers["x-accepted-github-permissions"]).toBe("issues=write; pull_requests=write");
    const protection = await refusal(octokit.rest.repos.getBranchProtection({ ...at, branch: "main" }));
    expect(protection.headers["x-accepted-github-permissions"]).toBe("administration=read");
    await expect(octokit.rest.pulls.list(at)).resolves.toMatchObject({ status: 200, data: [] });
  });

  test("does not see repositories on which it is not installed", async () => {
    await using scene = await setScene();
    const { github, acme, app } = scene;
    const other = await github.createRepository({ owner: acme, name: "other" });
    const zoo = github.createOrganization("zoo");
    await github.createRepository({ owner: zoo, name: "lion" });
    const listed = await github.install(app, zoo, { repositories: [] });
    await github.changeRepositories(listed, { added: [] });
    const { octokit } = scene;
    await expect(octokit.rest.repos.get({ owner: "acme", repo: "other" })).resolves.toMatchObject({
      data: { id: other.id },
    });
    expect(await refusal(octokit.rest.repos.get({ owner: "zoo", repo: "lion" }))).toMatchObject({
      status: 404,
    });
    const { data } = await octokit.rest.apps.listReposAccessibleToInstallation();
    expect(data.repositories.map(({ name }) => name)).toEqual(["widgets", "other"]);
  });

  test("gets permissions that its owner grants later with the next token", async () => {
    await using scene = await setScene({ permissions: { contents: "read" } });
    const { github, installation, octokit, at } = scene;
    expect(await refusal(octokit.rest.pulls.list(at))).toMatchObject({ status: 403 });
    await github.grantPermissions(installation, ALL_PERMISSIONS);
    const { data } = await octokit.rest.apps.createInstallationAccessToken({
      installation_id: installation.id,
    });
    expect(await readWith(github, data.token, "/repos/acme/widgets/pulls")).toMatchObject({ status: 200 });
  });
});

test("a private repository does not exist for strangers, and a reader may only read", async () => {
  await using scene = await setScene();
  const { github, acme } = scene;
  const secret = await github.createRepository({ owner: acme, name: "secret", private: true });
  const mona = github.createUser("mona");
  const token = github.userToken(mona);
  expect(await readWith(github, token, "/repos/acme/secret")).toEqual({ status: 404, message: "Not Found" });
  github.addCollaborator(secret, mona, "read");
  expect(await readWith(github, token, "/repos/acme/secret")).toMatchObject({ status: 200 });
  const headers = {
    authorization: `token ${token}`,
    "user-agent": "test",
    "content-type": "application/json",
  };
  const body = JSON.stringify({ name: "x" });
  const response = await fetch(`${github.apiUrl}/repos/acme/secret/labels`, {
    method: "POST",
    headers,
    body,
  });
  expect(response.status).toBe(403);
});

test("an archived repository is read-only", async () => {
  await using scene = await setScene();
  const { github, repository, octokit, at } = scene;
  await github.archive(repository);
  const message = "Repository was archived so is read-only.";
  expect(await refusal(octokit.rest.issues.createLabel({ ...at, name: "x" }))).toMatchObject({
    status: 403,
    body: { message },
  });
  await expect(octokit.rest.repos.get(at)).resolves.toMatchObject({ data: { archived: true } });
});

test("a renamed repository redirects reads and writes to its id until the name is used again", async () => {
  await using scene = await setScene();
  const { github, repository, octokit, at, acme } = scene;
  await github.renameRepository(repository, "gadgets");
  const { data, url } = await octokit.rest.repos.get(at);
  expect([data.full_name, new URL(url).pathname]).toEqual(["acme/gadgets", `/repositories/${repository.id}`]);
  const { data: label } = await octokit.rest.issues.createLabel({ ...at, name: "made through the old name" });
  expect(repository.labels.get(label.name)?.id).toBe(label.id);
  const taken = await github.createRepository({ owner: acme, name: "widgets" });
  await expect(octokit.rest.repos.get(at)).resolves.toMatchObject({ data: { id: taken.id } });
});

describe("protection", () => {
  test("in the classic form is read with administration, and 404 if there is none", async () => {
    await using scene = await setScene();
    const { github, repository, octokit, at } = scene;
    const read = () => octokit.rest.repos.getBranchProtection({ ...at, branch: "main" });
    expect(await refusal(read())).toMatchObject({ status: 404, body: { message: "Branch not protected" } });
    await github.protect(repository, "main", {
      requiredApprovals: 2,
      requireCodeOwners: true,
      requiredChecks: ["test"],
      strict: true,
    });
    expect((await read()).data).toMatchObject({
      required_pull_request_reviews: { required_approving_review_count: 2, require_code_owner_reviews: true },
      required_status_checks: { strict: true, contexts: ["test"] },
    });
    const { data } = await octokit.rest.repos.getBranch({ ...at, branch: "main" });
    expect([data.protected, data.protection.required_status_checks?.contexts]).toEqual([true, ["test"]]);
  });

  test("in the classic form shows who may push, and whether anybody may", async () => {
    await using scene = await setScene();
    const { github, acme, repository, octokit, at } = scene;
    const read = async () => (await octokit.rest.repos.getBranchProtection({ ...at, branch: "main" })).data;
    await github.protect(repository, "main", { requiredApprovals: 1 });
    expect(await read()).not.toHaveProperty("restrictions");
    const core = github.createTeam(acme, "core");
    await github.protect(repository, "main", {
      pushRestrictedTo: { people: [github.octocat], teams: [core] },
      locked: true,
    });
    expect(await read()).toMatchObject({
      restrictions: { users: [{ login: "octocat" }], teams: [{ slug: "core" }], apps: [] },
      lock_branch: { enabled: true },
    });
  });

  test("is refused in private repositories of plans without it, in both forms", async () => {
    await using scene = await setScene();
    const { github, acme, octokit } = scene;
    const closet = { owner: acme, name: "closet", private: true, rulesSupported: false };
    await github.protect(await github.createRepository(closet), "main", { requiredApprovals: 1 });
    const at = { owner: "acme", repo: "closet", branch: "main" };
    const message = "Upgrade to GitHub Pro or make this repository public to enable this feature.";
    for (const ask of [octokit.rest.repos.getBranchProtection, octokit.rest.repos.getBranchRules]) {
      expect(await refusal(ask(at))).toMatchObject({ status: 403, body: { message } });
    }
  });

  test("by rulesets is shown for any branch name, from active rulesets only", async () => {
    await using scene = await setScene();
    const { github, repository, octokit, at } = scene;
    const rules = [{ type: "deletion" }];
    await github.addRuleset(repository, { name: "default", rules });
    await github.addRuleset(repository, {
      name: "agents",
      rules: [{ type: "creation" }],
      include: ["refs/heads/agent/**"],
    });
    await github.addRuleset(repository, { name: "off", rules, include: ["~ALL"], enforcement: "evaluate" });
    const typesFor = async (branch: string): Promise<string[]> => {
      const { data } = await octokit.rest.repos.getBranchRules({ ...at, branch });
      return data.map(({ type }) => type);
    };
    expect([await typesFor("main"), await typesFor("agent/not/there"), await typesFor("other")]).toEqual([
      ["deletion"],
      ["creation"],
      [],
    ]);
  });
});

test("a person's permission is shown as a role and in the older form", async () => {
  await using scene = await setScene();
  const { github, repository, octokit, at } = scene;
  github.addCollaborator(repository, github.createUser("mona"), "maintain");
  github.createUser("stranger");
  const permissionOf = async (username: string): Promise<unknown> => {
    const { data } = await octokit.rest.repos.getCollaboratorPermissionLevel({ ...at, username });
    return [data.permission, data.role_name];
  };
  expect([await permissionOf("octocat"), await permissionOf("mona"), await permissionOf("stranger")]).toEqual(
    [
      ["admin", "admin"],
      ["write", "maintain"],
      ["read", "read"],
    ],
  );
  const unknown = octokit.rest.repos.getCollaboratorPermissionLevel({ ...at, username: "nobody" });
  expect(await refusal(unknown)).toMatchObject({ status: 404, body: { message: "nobody is not a user" } });
});
