import { expect, test } from "@jest/globals";
import type { WorldEvent } from "../world-event.ts";
import { cloneWith, setScene, type Scene } from "./scene.ts";

function recorded({ github }: Scene): WorldEvent[] {
  const events: WorldEvent[] = [];
  github.world.events.on((event) => void events.push(event));
  return events;
}

test("a clone has what the repository has, and a push is there when git returns", async () => {
  await using scene = await setScene();
  const { github, repository } = scene;
  await using clone = await cloneWith(github, github.userToken(github.octocat));
  expect(await clone.git("ls-files")).toBe("README.md\nsrc/widget.ts");
  await clone.git("switch", "--quiet", "--create", "agent/feature");
  await clone.write("new.ts", "export const answer = 42;\n");
  await clone.git("add", ".");
  await clone.git("commit", "--quiet", "--message", "Add the answer");
  const events = recorded(scene);
  await clone.git("push", "--quiet", "origin", "agent/feature");
  const sha = await clone.git("rev-parse", "HEAD");
  expect(await github.branchSha(repository, "agent/feature")).toBe(sha);
  expect(events).toEqual([
    expect.objectContaining({ type: "create", ref: "agent/feature", refType: "branch" }),
    expect.objectContaining({
      type: "push",
      ref: "refs/heads/agent/feature",
      before: "0".repeat(40),
      after: sha,
      created: true,
      sender: github.octocat,
    }),
    expect.objectContaining({
      type: "check_suite",
      action: "requested",
      headSha: sha,
      headBranch: "agent/feature",
    }),
  ]);
});

test("an installation token pushes as the App, and only with contents: write", async () => {
  await using scene = await setScene();
  const { github, app, at, octokit } = scene;
  const { data: writing } = await octokit.rest.apps.createInstallationAccessToken({
    installation_id: scene.installation.id,
    permissions: { contents: "write" },
  });
  await using clone = await cloneWith(github, writing.token);
  await clone.git("commit", "--quiet", "--allow-empty", "--message", "Nothing");
  const events = recorded(scene);
  await clone.git("push", "--quiet", "origin", "HEAD:refs/heads/by-app");
  expect(events.map(({ type, sender }) => [type, sender.login])).toContainEqual(["push", app.bot.login]);

  const { data: reading } = await octokit.rest.apps.createInstallationAccessToken({
    installation_id: scene.installation.id,
    permissions: { contents: "read" },
  });
  await using readOnly = await cloneWith(github, reading.token);
  await expect(readOnly.git("push", "--quiet", "origin", "HEAD:refs/heads/other")).rejects.toThrow(/403/);
  const { data: branches } = await octokit.rest.repos.listBranches(at);
  expect(branches.map(({ name }) => name)).toEqual(["by-app", "main"]);
});

test("wrong, expired and missing credentials are refused", async () => {
  await using scene = await setScene();
  const { github, acme } = scene;
  await github.createRepository({ owner: acme, name: "secret", private: true });
  await expect(cloneWith(github, "ghp_nonsense")).rejects.toThrow(
    /could not read Username|Authentication failed/,
  );
  const stranger = github.userToken(github.createUser("stranger"));
  await expect(cloneWith(github, stranger, "acme/secret")).rejects.toThrow(/not found/);
  await using clone = await cloneWith(github, stranger);
  await expect(clone.git("push", "--quiet", "origin", "HEAD:refs/heads/x")).rejects.toThrow(/403/);
});

test("the head of an open pull request follows pushes, a force-push is told as one", async () => {
  await using scene = await setScene();
  const { github, repository } = scene;
  await github.pushFiles(repository, { branch: "agent/x", files: { a: "1\n" }, message: "one" });
  const { number } = await github.openPullRequest(repository, { head: "agent/x", base: "main", title: "X" });
  await using clone = await cloneWith(github, github.userToken(github.octocat));
  await clone.git("switch", "--quiet", "agent/x");
  await clone.git("commit", "--quiet", "--amend", "--message", "rewritten");
  const events = recorded(scene);
  await clone.git("push", "--quiet", "--force", "origin", "agent/x");
  const sha = await clone.git("rev-parse", "HEAD");
  expect(github.pullRequest(repository, number).headSha).toBe(sha);
  expect(events).toContainEqual(expect.objectContaining({ type: "push", forced: true, after: sha }));
  expect(events).toContainEqual(
    expect.objectContaining({ type: "pull_request", action: "synchronize", after: sha }),
  );
  expect(await clone.git("ls-remote", "origin", `refs/pull/${number}/head`)).toContain(sha);
});

test("deleting the head branch closes its pull request, which then can't be reopened", async () => {
  await using scene = await setScene();
  const { github, repository } = scene;
  await github.pushFiles(repository, { branch: "agent/x", files: { a: "1\n" }, message: "one" });
  const { number } = await github.openPullRequest(repository, { head: "agent/x", base: "main", title: "X" });
  await using clone = await cloneWith(github, github.userToken(github.octocat));
  const events = recorded(scene);
  await clone.git("push", "--quiet", "origin", ":agent/x");
  expect(github.pullRequest(repository, number).state).toBe("closed");
  expect(events.map((event) => ("action" in event ? `${event.type} ${event.action}` : event.type))).toEqual([
    "delete",
    "push",
    "pull_request closed",
  ]);
  await expect(github.reopenPullRequest(repository, number)).rejects.toMatchObject({
    status: 422,
    errors: [{ field: "state", message: "state cannot be changed. The agent/x branch has been deleted." }],
  });
});

test("a renamed repository is still reached by git under its old name", async () => {
  await using scene = await setScene();
  const { github, repository } = scene;
  await github.renameRepository(repository, "gadgets");
  await using clone = await cloneWith(github, github.userToken(github.octocat), "acme/widgets");
  expect(await clone.git("ls-files")).toContain("README.md");
});

test("an archived repository takes no push", async () => {
  await using scene = await setScene();
  const { github, repository } = scene;
  await using clone = await cloneWith(github, github.userToken(github.octocat));
  await github.archive(repository);
  await expect(clone.git("push", "--quiet", "origin", "HEAD:refs/heads/x")).rejects.toThrow(/403/);
});

test("pushes at the same time are all told, each once", async () => {
  await using scene = await setScene();
  const { github } = scene;
  await using clone = await cloneWith(github, github.userToken(github.octocat));
  const events = recorded(scene);
  const names = ["a", "b", "c", "d"];
  await Promise.all(names.map((name) => clone.git("push", "--quiet", "origin", `HEAD:refs/heads/${name}`)));
  const pushed = events.flatMap((event) => (event.type === "push" ? [event.ref] : []));
  expect(pushed.toSorted()).toEqual(names.map((name) => `refs/heads/${name}`));
});
