import { createSign } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "../../support/testing.ts";
import { issueInstallationToken } from "../auth/installation-tokens.ts";
import type { App } from "../state.ts";
import { type Scene, octokitFor, readWith, refusal, setScene, recordEvents, nameOf } from "./scene.ts";

describe("an App", () => {
  test("an App sees itself and its installations, and finds these by repository, organization and user", async () => {
    await using scene = await setScene();
    const { github, octokit, app, installation, at } = scene;
    const mona = github.createUser("mona");
    const personal = await github.createRepository({ owner: mona, name: "diary" });
    const other = await github.install(app, mona, { repositories: [personal] });
    expect((await octokit.rest.apps.getAuthenticated()).data).toMatchObject({
      id: app.id,
      slug: "orb",
      installations_count: 2,
    });
    const { data: list } = await octokit.rest.apps.listInstallations();
    expect(list.map(({ id, repository_selection: which }) => [id, which])).toEqual([
      [installation.id, "all"],
      [other.id, "selected"],
    ]);
    const found = await Promise.all([
      octokit.rest.apps.getRepoInstallation(at),
      octokit.rest.apps.getRepoInstallation({ owner: "mona", repo: "diary" }),
      octokit.rest.apps.getOrgInstallation({ org: "acme" }),
      octokit.rest.apps.getUserInstallation({ username: "mona" }),
      octokit.rest.apps.getInstallation({ installation_id: other.id }),
    ]);
    expect(found.map(({ data }) => data.id)).toEqual([
      installation.id,
      other.id,
      installation.id,
      other.id,
      other.id,
    ]);
    expect(await refusal(octokit.rest.apps.getUserInstallation({ username: "octocat" }))).toMatchObject({
      status: 404,
    });
    const stranger = github.createApp({ slug: "stranger", permissions: {} });
    const theirs = octokitFor(github, stranger, installation).rest.apps.getInstallation({
      installation_id: installation.id,
    });
    expect(await refusal(theirs)).toMatchObject({ status: 404 });
    expect((await octokit.rest.users.getByUsername({ username: "orb[bot]" })).data.id).toBe(app.bot.id);
  });

  test("the life of an installation is reported, with the repositories that it reaches", async () => {
    await using scene = await setScene();
    const { github, acme, app, repository } = scene;
    const events = recordEvents(github);
    const other = await github.createRepository({ owner: acme, name: "other" });
    const installation = await github.install(app, acme, { repositories: [repository] });
    await github.changeRepositories(installation, { added: [other], removed: [repository] });
    await github.suspend(installation);
    await github.unsuspend(installation);
    await github.grantPermissions(installation, { contents: "read" });
    await github.uninstall(installation);
    const names = (list: readonly { name: string }[]): string => list.map(({ name }) => name).join();
    const reported = events.map((event) => {
      if (event.type === "installation") return `${event.action} ${names(event.repositories)}`;
      if (event.type !== "installation_repositories") return event.type;
      return `${event.action} +${names(event.repositoriesAdded)} -${names(event.repositoriesRemoved)}`;
    });
    expect(reported).toEqual([
      "created widgets",
      "added +other -",
      "removed + -widgets",
      "suspend other",
      "unsuspend other",
      "new_permissions_accepted other",
      "deleted other",
    ]);
  });

  test("what owners do to a repository and its rules is reported", async () => {
    await using scene = await setScene();
    const { github, repository } = scene;
    const events = recordEvents(github);
    await github.protect(repository, "main", { requiredApprovals: 1 });
    await github.protect(repository, "main", { requiredApprovals: 2 });
    await github.unprotect(repository, "main");
    await github.addRuleset(repository, { name: "r", rules: [{ type: "deletion" }] });
    await github.renameRepository(repository, "gadgets");
    await github.archive(repository);
    await github.unarchive(repository);
    await github.deleteRepository(repository);
    expect(events.map(nameOf)).toEqual([
      "branch_protection_rule created",
      "branch_protection_rule edited",
      "branch_protection_rule deleted",
      "repository_ruleset created",
      "repository renamed",
      "repository archived",
      "repository unarchived",
      "repository deleted",
    ]);
    expect(await refusal(scene.octokit.rest.repos.get({ owner: "acme", repo: "gadgets" }))).toMatchObject({
      status: 404,
    });
  });
});

const NOW_S = 1_800_000_000;
const now = (): Date => new Date(NOW_S * 1_000);

function jwt(
  app: App,
  claims: Record<string, unknown>,
  header: Record<string, unknown> = { alg: "RS256", typ: "JWT" },
): string {
  const encode = (part: unknown): string => Buffer.from(JSON.stringify(part)).toString("base64url");
  const signed = `${encode(header)}.${encode(claims)}`;
  return `${signed}.${createSign("RSA-SHA256").update(signed).sign(app.privateKeyPem, "base64url")}`;
}

describe("an App's JSON web token", () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await setScene({ now });
  });
  afterAll(() => scene[Symbol.asyncDispose]());

  const good = { iat: NOW_S - 30, exp: NOW_S + 540 };
  const undecodable = "A JSON web token could not be decoded";
  const expired =
    "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires";
  const issuedLater =
    "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued";

  test.each([
    { name: "is accepted with the App's id", claims: good, status: 200, message: undefined },
    {
      name: "may be valid for exactly ten minutes",
      claims: { ...good, exp: NOW_S + 600 },
      status: 200,
      message: undefined,
    },
    {
      name: "may come from a clock that is a minute ahead",
      claims: { ...good, iat: NOW_S + 60 },
      status: 200,
      message: undefined,
    },
    {
      name: "is refused after its expiry",
      claims: { ...good, exp: NOW_S - 1 },
      status: 401,
      message: expired,
    },
    { name: "is refused without an expiry", claims: { iat: NOW_S }, status: 401, message: expired },
    {
      name: "is refused when it is valid for longer than ten minutes",
      claims: { ...good, exp: NOW_S + 601 },
      status: 401,
      message: "'Expiration time' claim ('exp') is too far in the future",
    },
    {
      name: "is refused when it is from the future",
      claims: { ...good, iat: NOW_S + 61 },
      status: 401,
      message: issuedLater,
    },
    {
      name: "is refused for an App that does not exist",
      claims: { ...good, iss: 1 },
      status: 404,
      message: "Integration not found",
    },
  ])("$name", async ({ claims, status, message }) => {
    const token = jwt(scene.app, { iss: scene.app.id, ...claims });
    expect(await readWith(scene.github, token, "/app")).toEqual({ status, message });
  });

  test("is refused with a wrong or missing signature", async () => {
    const { github, app } = scene;
    const other = github.createApp({ slug: "other", permissions: {} });
    const forged = jwt(other, { iss: app.id, ...good });
    expect(await readWith(github, forged, "/app")).toEqual({ status: 401, message: undecodable });
    const unsigned = jwt(app, { iss: app.id, ...good }, { alg: "none" });
    expect(await readWith(github, unsigned, "/app")).toEqual({ status: 401, message: undecodable });
    expect(await readWith(github, "a.b.c", "/app")).toEqual({ status: 401, message: undecodable });
  });

  test("is accepted with the client id as issuer, and refused without an issuer", async () => {
    const { github, app } = scene;
    const byClientId = jwt(app, { iss: app.clientId, ...good });
    expect(await readWith(github, byClientId, "/app")).toEqual({ status: 200, message: undefined });
    const message = "Missing 'issuer' claim ('iss') in assertion";
    expect(await readWith(github, jwt(app, good), "/app")).toEqual({ status: 401, message });
  });

  test("is required instead of an installation token", async () => {
    const issued = issueInstallationToken(scene.github.world, scene.installation, {});
    expect(await readWith(scene.github, issued.token, "/app")).toEqual({ status: 401, message: undecodable });
  });
});

describe("an installation token", () => {
  test("has the stateless format, lists its permissions and expires after an hour of the given clock", async () => {
    let timeMs = NOW_S * 1_000;
    await using scene = await setScene({ now: () => new Date(timeMs) });
    const { github, app, installation, acme } = scene;
    const issue = async (): Promise<Response> =>
      fetch(`${github.apiUrl}/app/installations/${installation.id}/access_tokens`, {
        method: "POST",
        headers: {
          authorization: `Bearer ${jwt(app, { iss: app.id, iat: NOW_S, exp: NOW_S + 540 })}`,
          "user-agent": "test",
          "content-type": "application/json",
        },
        body: "{}",
      });
    const response = await issue();
    expect(response.status).toBe(201);
    const issued = (await response.json()) as { token: string; expires_at: string; permissions: object };
    expect(issued.token).toMatch(new RegExp(`^ghs_${app.id}_[\\w-]+\\.[\\w-]+\\.[\\w-]+$`));
    expect(issued.token.length).toBeGreaterThan(500);
    expect(issued.permissions).toEqual(installation.permissions);
    expect(Date.parse(issued.expires_at)).toBe(timeMs + 3_600_000);
    const read = async (): Promise<number> =>
      (await readWith(github, issued.token, `/repos/${acme.login}/widgets`)).status;
    expect(await read()).toBe(200);
    timeMs += 3_600_000;
    expect(await read()).toBe(401);
  });

  test("reaches only what it was narrowed to", async () => {
    await using scene = await setScene();
    const { github, acme, installation, octokit } = scene;
    await github.createRepository({ owner: acme, name: "other" });
    const auth = (await octokit.auth({
      type: "installation",
      installationId: installation.id,
      repositoryNames: ["other"],
      permissions: { contents: "read" },
    })) as { token: string };
    const read = (path: string): Promise<unknown> => readWith(github, auth.token, path);
    expect(await read("/repos/acme/other")).toMatchObject({ status: 200 });
    expect(await read("/repos/acme/widgets")).toEqual({ status: 404, message: "Not Found" });
    const notGranted = { status: 403, message: "Resource not accessible by integration" };
    expect(await read("/repos/acme/other/pulls")).toEqual(notGranted);
  });

  test("is not issued for more than was granted, or while the installation is suspended", async () => {
    await using scene = await setScene();
    const { github, installation, octokit } = scene;
    const issue = (options: object): Promise<unknown> =>
      octokit.rest.apps.createInstallationAccessToken({ installation_id: installation.id, ...options });
    expect(await refusal(issue({ permissions: { contents: "write", secrets: "write" } }))).toMatchObject({
      status: 422,
      body: { message: "The permissions requested are not granted to this installation." },
    });
    expect(await refusal(issue({ repositories: ["nowhere"] }))).toMatchObject({ status: 422 });
    await github.suspend(installation);
    const suspended = { status: 403, body: { message: "This installation has been suspended" } };
    expect(await refusal(issue({}))).toMatchObject(suspended);
    await github.unsuspend(installation);
    await expect(issue({})).resolves.toMatchObject({ status: 201 });
  });

  test("is refused as bad when unknown, expired by the test, or of an uninstalled App", async () => {
    await using scene = await setScene();
    const { github, installation, octokit } = scene;
    const { data } = await octokit.rest.apps.createInstallationAccessToken({
      installation_id: installation.id,
    });
    const use = (token: string): Promise<unknown> => readWith(github, token, "/repos/acme/widgets");
    const bad = { status: 401, message: "Bad credentials" };
    expect(await use("ghs_unknown")).toEqual(bad);
    expect(await use(data.token)).toMatchObject({ status: 200 });
    github.expireTokens();
    expect(await use(data.token)).toEqual(bad);
    const { data: fresh } = await octokit.rest.apps.createInstallationAccessToken({
      installation_id: installation.id,
    });
    await github.uninstall(installation);
    expect(await use(fresh.token)).toEqual(bad);
  });
});
