import { expect, test } from "@jest/globals";
import type { WorldEvent } from "../world-event.ts";
import { octokitFor, refusal, setScene } from "./scene.ts";

test("an App sees itself, its installations, and finds them by repository, organization and user", async () => {
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

test("the life of an installation is told, with the repositories that it reaches", async () => {
  await using scene = await setScene();
  const { github, acme, app, repository } = scene;
  const events: WorldEvent[] = [];
  github.world.events.on((event) => void events.push(event));
  const other = await github.createRepository({ owner: acme, name: "other" });
  const installation = await github.install(app, acme, { repositories: [repository] });
  await github.changeRepositories(installation, { added: [other], removed: [repository] });
  await github.suspend(installation);
  await github.unsuspend(installation);
  await github.grantPermissions(installation, { contents: "read" });
  await github.uninstall(installation);
  const names = (list: readonly { name: string }[]): string => list.map(({ name }) => name).join();
  const raised = events.map((event) => {
    if (event.type === "installation") return `${event.action} ${names(event.repositories)}`;
    if (event.type !== "installation_repositories") return event.type;
    return `${event.action} +${names(event.repositoriesAdded)} -${names(event.repositoriesRemoved)}`;
  });
  expect(raised).toEqual([
    "created widgets",
    "added +other -",
    "removed + -widgets",
    "suspend other",
    "unsuspend other",
    "new_permissions_accepted other",
    "deleted other",
  ]);
});

test("what owners do to a repository and its rules is told", async () => {
  await using scene = await setScene();
  const { github, repository } = scene;
  const raised: string[] = [];
  github.world.events.on(
    (event) => void raised.push(`${event.type} ${"action" in event ? event.action : ""}`),
  );
  await github.protect(repository, "main", { requiredApprovals: 1 });
  await github.protect(repository, "main", { requiredApprovals: 2 });
  await github.unprotect(repository, "main");
  await github.addRuleset(repository, { name: "r", rules: [{ type: "deletion" }] });
  await github.renameRepository(repository, "gadgets");
  await github.archive(repository);
  await github.unarchive(repository);
  await github.deleteRepository(repository);
  expect(raised).toEqual([
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
