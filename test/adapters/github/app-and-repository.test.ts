import { describe, expect, test } from "../../support/testing.ts";
import { ownWords } from "../../../src/text/safe.ts";
import { sanitizeText } from "../../../src/text/markdown/sanitize.ts";
import { moveRef } from "../../local-github/git/refs.ts";
import { ALL_PERMISSIONS } from "../../local-github/tests/scene.ts";
import { refusalOf, setGitHubScene } from "./scene.ts";

describe("the App", () => {
  test("lists where it is installed, with which permissions, and where it is suspended", async () => {
    await using scene = await setGitHubScene();
    const { github, app, gitHub, installation } = scene;
    const ada = github.createUser("ada");
    const ofAda = await github.install(app, ada, {
      repositories: "all",
      permissions: { contents: "read" },
    });
    await github.suspend(ofAda);
    expect(await gitHub.installations()).toEqual([
      {
        id: installation.id,
        account: "acme",
        permissions: ALL_PERMISSIONS,
        events: app.events,
        suspended: false,
      },
      {
        id: ofAda.id,
        account: "ada",
        permissions: { contents: "read", metadata: "read" },
        events: app.events,
        suspended: true,
      },
    ]);
  });

  test("lists all repositories of an installation, page by page", async () => {
    await using scene = await setGitHubScene();
    const { github, acme, repository, gitHub, installation, routesOf } = scene;
    for (let index = 1; index <= 100; index++) {
      await github.createRepository({ owner: acme, name: `part-${index}`, files: null });
    }
    const [last] = [...github.world.state.repositories.values()].slice(-1);
    if (!last) throw new Error("There is no repository");
    await github.archive(last);
    const found = await gitHub.installationRepositories(installation.id);
    expect(found).toHaveLength(101);
    expect(found[0]).toEqual({ id: repository.id, fullName: "acme/widgets", archived: false });
    expect(found.at(-1)).toEqual({ id: last.id, fullName: "acme/part-100", archived: true });
    const asked = await routesOf(() => gitHub.installationRepositories(installation.id));
    expect(asked).toEqual(["GET /installation/repositories 200", "GET /installation/repositories 200"]);
  });

  test("reports an outage with its own code", async () => {
    await using scene = await setGitHubScene();
    const { github, gitHub, installation } = scene;
    const fault = { kind: "error", status: 502, when: "before" } as const;
    github.faults.add({ route: "GET /app/installations", fault });
    expect((await refusalOf(gitHub.installations())).code).toBe("github_unavailable");
    github.faults.add({ route: "GET /installation/repositories", fault });
    const refused = await refusalOf(gitHub.installationRepositories(installation.id));
    expect(refused.code).toBe("github_unavailable");
    expect((await refusalOf(gitHub.installationRepositories(1))).code).toBe("not_found");
  });

  test("asks once for the login under which it acts", async () => {
    await using scene = await setGitHubScene();
    const { gitHub, github, routesOf } = scene;
    const fault = { kind: "error", status: 502, when: "before" } as const;
    github.faults.add({ route: "GET /app", fault });
    expect((await refusalOf(gitHub.botLogin())).code).toBe("github_unavailable");
    expect(await gitHub.botLogin()).toBe("orb[bot]");
    expect(await routesOf(() => gitHub.botLogin())).toEqual([]);
  });

  test("has the host of GitHub's web pages", async () => {
    await using scene = await setGitHubScene();
    expect(`http://${scene.gitHub.host}`).toBe(scene.github.url);
  });

  test("reports a missing permission with its name", async () => {
    await using scene = await setGitHubScene({ permissions: { ...ALL_PERMISSIONS, pull_requests: "read" } });
    const refused = await refusalOf(scene.remote.requestReviewer(1, { person: "octocat" }));
    expect(refused.code).toBe("permission_missing");
    expect(refused.remedy).toContain("pull_requests=write");
  });
});

describe("the open pull requests of the App", () => {
  test("are only those that it opened itself, listed page by page", async () => {
    await using scene = await setGitHubScene();
    const { github, repository, remote } = scene;
    const push = (branch: string) =>
      github.pushFiles(repository, { branch, files: { [branch]: "x\n" }, message: branch });
    const open = async (head: string) => {
      await push(head);
      const [title, body] = [sanitizeText(head, 50), ownWords(`Body of ${head}`)];
      return remote.createPullRequest({ head, base: "main", title, body, draft: false });
    };
    await open("agent/1");
    await push("people/1");
    await github.openPullRequest(repository, { title: "People's", head: "people/1", base: "main" });
    await open("agent/2");
    await open("agent/3");
    await github.closePullRequest(repository, 3);
    const { pullRequests, nextPage } = await remote.openPullRequestsOfBot(1);
    expect(nextPage).toBeNull();
    expect(pullRequests).toMatchObject([
      { number: 1, headRef: "agent/1", baseRef: "main", body: "Body of agent/1" },
      { number: 4, headRef: "agent/3" },
    ]);
  });

  test("may come after a page of other people's", async () => {
    await using scene = await setGitHubScene();
    const { remote } = scene;
    await openFromBranches(scene, "people", 100);
    expect(await remote.openPullRequestsOfBot(1)).toEqual({ pullRequests: [], nextPage: 2 });
    expect(await remote.openPullRequestsOfBot(2)).toEqual({ pullRequests: [], nextPage: null });
  }, 60_000);
});

describe("the pull requests from a branch", () => {
  test("are listed to the oldest, because an older one may be ours", async () => {
    await using scene = await setGitHubScene();
    const { github, repository, remote } = scene;
    await github.pushFiles(repository, { branch: "agent/1", files: { a: "a\n" }, message: "A" });
    for (let number = 1; number <= 101; number++) {
      await github.openPullRequest(repository, { title: `${number}`, head: "agent/1", base: "main" });
      await github.closePullRequest(repository, number);
    }
    const numbers = (await remote.pullRequestsFrom("agent/1")).map(({ number }) => number);
    expect([numbers.length, numbers[0], numbers.at(-1)]).toEqual([101, 101, 1]);
  }, 60_000);
});

describe("the labels of a repository with more than are listed", () => {
  test("are found by name", async () => {
    await using scene = await setGitHubScene();
    const { github, repository, remote, routesOf } = scene;
    const addLabel = (name: string) => {
      const label = { ...github.world.newIdentity("LA"), name, color: "ededed", description: null };
      repository.labels.set(name.toLowerCase(), label);
      return label.nodeId;
    };
    for (let index = 0; index < 1_000; index++) addLabel(`a-${index}`);
    const id = addLabel("Type: Fix/é");
    expect((await remote.labelIds()).size).toBe(1_000);
    const found = await remote.labelIds(["type: fix/É", "unknown"]);
    expect([found.get("type: fix/é"), found.has("unknown")]).toEqual([id, false]);
    // The list is known, and only what it lacks is asked for.
    const asked = await routesOf(() => remote.labelIds(["a-1", "Type: Fix/é"]));
    expect(asked).toEqual(["GET /repos/{owner}/{repo}/labels/{name} 200"]);
  });

  test("are known by the answer to their creation", async () => {
    await using scene = await setGitHubScene();
    const { repository, remote } = scene;
    const id = await remote.createLabel({ name: "New", color: "ededed", description: "" });
    expect(id).toBe(repository.labels.get("new")?.nodeId);
  });
});

const PULLS = "GET /repos/{owner}/{repo}/pulls";

describe("the open pull requests of a repository", () => {
  test("are listed by number, the newest first, and an unchanged list costs a 304", async () => {
    await using scene = await setGitHubScene();
    const { github, repository, remote, routesOf } = scene;
    expect(await remote.openPullRequestNumbers()).toEqual([]);
    for (const branch of ["agent/1", "agent/2", "agent/3"]) {
      await github.pushFiles(repository, { branch, files: { [branch]: "x\n" }, message: branch });
      await github.openPullRequest(repository, { title: branch, head: branch, base: "main" });
    }
    await github.closePullRequest(repository, 2);
    expect(await remote.openPullRequestNumbers()).toEqual([3, 1]);
    expect(await routesOf(() => remote.openPullRequestNumbers())).toEqual([`${PULLS} 304`]);
  });

  test("are counted on all pages, because an unchanged first page proves nothing", async () => {
    await using scene = await setGitHubScene();
    const { github, repository, remote, routesOf } = scene;
    await openFromBranches(scene, "agent", 101);
    expect(await remote.openPullRequestNumbers()).toHaveLength(101);
    const asked = await routesOf(() => remote.openPullRequestNumbers());
    expect(asked).toEqual([`${PULLS} 200`, `${PULLS} 200`]);
    await github.closePullRequest(repository, 1);
    expect(await remote.openPullRequestNumbers()).toHaveLength(100);
  }, 60_000);
});

describe("rendered Markdown", () => {
  test("is what GitHub shows for a text in this repository", async () => {
    await using scene = await setGitHubScene();
    const { github, acme, repository, remote } = scene;
    await github.openIssue(repository, { title: "Broken" });
    github.createTeam(acme, "core");
    const html = await remote.renderMarkdown("@octocat and @acme/core, see #1 and `#1`");
    expect(html).toContain('class="user-mention notranslate" data-hovercard-type="user"');
    expect(html).toContain('class="team-mention js-team-mention notranslate"');
    expect(html.match(/class="issue-link js-issue-link"/g)).toHaveLength(1);
  });

  test("is empty for an empty text, and an outage is a failure", async () => {
    await using scene = await setGitHubScene();
    expect(await scene.remote.renderMarkdown("")).toBe("");
    const fault = { kind: "error", status: 500, when: "before" } as const;
    scene.github.faults.add({ route: "POST /markdown", fault });
    expect((await refusalOf(scene.remote.renderMarkdown("x"))).code).toBe("github_unavailable");
  });
});

/** Opens pull requests from branches that all end with the same commit. */
async function openFromBranches(
  { github, repository }: Pick<Awaited<ReturnType<typeof setGitHubScene>>, "github" | "repository">,
  name: string,
  count: number,
): Promise<void> {
  const to = await github.pushFiles(repository, { branch: name, files: { x: "x\n" }, message: "x" });
  for (let number = 1; number <= count; number++) {
    const branch = `${name}-${number}`;
    await moveRef(github.world.git(repository), { name: `refs/heads/${branch}`, to });
    await github.openPullRequest(repository, { title: branch, head: branch, base: "main" });
  }
}
