import { describe, expect, test } from "@jest/globals";
import { ALL_PERMISSIONS } from "../../local-github/tests/scene.ts";
import { refusalOf, setGitHubScene } from "./scene.ts";

const PULLS = "GET /repos/{owner}/{repo}/pulls";

describe("the open pull requests of a repository", () => {
  test("are told by number, the newest first, and an unchanged list costs a 304", async () => {
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

  test("are counted over pages, of which an unchanged first one proves nothing", async () => {
    await using scene = await setGitHubScene();
    const { github, repository, remote, routesOf } = scene;
    for (let number = 1; number <= 101; number++) {
      const branch = `agent/${number}`;
      await github.pushFiles(repository, { branch, files: { [branch]: "x\n" }, message: branch });
      await github.openPullRequest(repository, { title: branch, head: branch, base: "main" });
    }
    expect(await remote.openPullRequestNumbers()).toHaveLength(101);
    const asked = await routesOf(() => remote.openPullRequestNumbers());
    expect(asked).toEqual([`${PULLS} 200`, `${PULLS} 200`]);
    await github.closePullRequest(repository, 1);
    expect(await remote.openPullRequestNumbers()).toHaveLength(100);
  }, 60_000);
});

describe("rendered Markdown", () => {
  test("shows what GitHub would make of a text in this repository", async () => {
    await using scene = await setGitHubScene();
    const { github, acme, repository, remote } = scene;
    await github.openIssue(repository, { title: "Broken" });
    github.createTeam(acme, "core");
    const html = await remote.renderMarkdown("@octocat and @acme/core, see #1 and `#1`");
    expect(html).toContain('class="user-mention notranslate" data-hovercard-type="user"');
    expect(html).toContain('class="team-mention js-team-mention notranslate"');
    expect(html.match(/class="issue-link js-issue-link"/g)).toHaveLength(1);
  });

  test("of nothing is nothing, and an outage is a failure", async () => {
    await using scene = await setGitHubScene();
    expect(await scene.remote.renderMarkdown("")).toBe("");
    const fault = { kind: "error", status: 500, when: "before" } as const;
    scene.github.faults.add({ route: "POST /markdown", fault });
    expect((await refusalOf(scene.remote.renderMarkdown("x"))).code).toBe("github_unavailable");
  });
});

describe("the App", () => {
  test("knows the login under which it acts, and asks for it once", async () => {
    await using scene = await setGitHubScene();
    const { gitHub, github, routesOf } = scene;
    const fault = { kind: "error", status: 502, when: "before" } as const;
    github.faults.add({ route: "GET /app", fault });
    expect((await refusalOf(gitHub.botLogin())).code).toBe("github_unavailable");
    expect(await gitHub.botLogin()).toBe("orb[bot]");
    expect(await routesOf(() => gitHub.botLogin())).toEqual([]);
  });

  test("knows where people look at GitHub", async () => {
    await using scene = await setGitHubScene();
    expect(`http://${scene.gitHub.host}`).toBe(scene.github.url);
  });

  test("hears of what it may not do by name, with the permission that it lacks", async () => {
    await using scene = await setGitHubScene({ permissions: { ...ALL_PERMISSIONS, pull_requests: "read" } });
    const refused = await refusalOf(scene.remote.requestReviewer(1, { person: "octocat" }));
    expect(refused.code).toBe("permission_missing");
    expect(refused.remedy).toContain("pull_requests=write");
  });
});
