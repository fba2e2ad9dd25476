import { afterEach, beforeEach, describe, expect, test } from "../../support/testing.ts";
import { standingOf } from "../../../bench/loss/standing.ts";
import { Effects } from "../../support/effects.ts";
import type { Account } from "../account.ts";
import { LocalGitHub } from "../local-github.ts";
import type { PullRequest } from "../state.ts";
import { type Scene, setScene } from "./scene.ts";

describe("the standing of a pull request", () => {
  const BRANCH = "agent/paint";

  let scene: Scene;
  let pullRequest: PullRequest;
  let ines: Account;

  beforeEach(async () => {
    scene = await setScene();
    const { github, repository } = scene;
    await push(BRANCH, "Painted");
    pullRequest = await github.openPullRequest(repository, { head: BRANCH, base: "main", title: "Paint" });
    ines = github.createUser("ines");
    github.addCollaborator(repository, ines, "write");
  });

  afterEach(async () => scene[Symbol.asyncDispose]());

  function push(branch: string, title: string): Promise<string> {
    const files = { "README.md": `# ${title}\n` };
    return scene.github.pushFiles(scene.repository, { branch, from: "main", files, message: title });
  }

  const standing = () => standingOf(scene.repository, pullRequest, scene.app.id);
  const check = (name: string, conclusion: string) =>
    scene.github.completeCheckRun(scene.repository, BRANCH, { name, conclusion });

  test("the latest result of each check and status counts, and the bot's own check does not", async () => {
    const { github, repository, octokit, at } = scene;
    const head_sha = pullRequest.headSha;
    await octokit.rest.checks.create({ ...at, name: "orb", head_sha, conclusion: "failure" });
    expect((await standing()).checks).toBe("none");
    await check("unit", "failure");
    await check("lint", "neutral");
    await github.setStatus(repository, BRANCH, { context: "ci/build", state: "success" });
    expect((await standing()).checks).toBe("failed");
    await github.startCheckRun(repository, BRANCH, { name: "unit" });
    expect((await standing()).checks).toBe("pending");
    await check("unit", "success");
    expect((await standing()).checks).toBe("passed");
    await github.setStatus(repository, BRANCH, { context: "ci/build", state: "error" });
    expect((await standing()).checks).toBe("failed");
  });

  test("each reviewer's latest verdict counts, and a comment is none", async () => {
    const { github, repository } = scene;
    const says = (event: "COMMENT" | "APPROVE" | "REQUEST_CHANGES") =>
      github.review(repository, pullRequest.number, { event, body: "Looked at it.", by: ines });
    await says("COMMENT");
    expect((await standing()).review).toBe("none");
    await says("REQUEST_CHANGES");
    await says("COMMENT");
    expect((await standing()).review).toBe("changes_requested");
    await says("APPROVE");
    expect((await standing()).review).toBe("approved");
  });

  test("a pull request conflicts once both sides have changed the same line", async () => {
    expect((await standing()).mergeable).toBe("mergeable");
    const baseSha = await push("main", "Varnished");
    expect(await standing()).toMatchObject({ mergeable: "conflicting", baseSha });
  });
});

describe("the effects of an App", () => {
  test("an App's repeated effects are reported, and people's are not", async () => {
    const github = await LocalGitHub.start();
    const owner = github.createOrganization("octo");
    const repository = await github.createRepository({
      owner,
      name: "hello",
      files: { "README.md": "# Hello\n" },
    });
    const app = github.createApp({
      slug: "orb-bot",
      permissions: { pull_requests: "write", checks: "write" },
    });
    const effects = new Effects(github, app);
    await github.pushFiles(repository, {
      branch: "agent/x",
      from: "main",
      files: { "x.ts": "export {};\n" },
      message: "Add x",
    });
    const { number } = await github.openPullRequest(repository, {
      by: app.bot,
      head: "agent/x",
      base: "main",
      title: "Add x",
    });
    const check = { app, name: "orb", conclusion: "neutral" };
    await github.comment(repository, number, "Hello", { by: app.bot });
    await github.addLabels(repository, number, ["ai-generated"], { by: app.bot });
    await github.completeCheckRun(repository, "agent/x", check);
    expect(effects.repeated).toEqual([]);
    expect(effects.count).toBe(4);

    await github.comment(repository, number, "Hello");
    await github.removeLabel(repository, number, "ai-generated");
    expect(effects.repeated).toEqual([]);

    await github.comment(repository, number, "Hello", { by: app.bot });
    await github.addLabels(repository, number, ["ai-generated"], { by: app.bot });
    await github.completeCheckRun(repository, "agent/x", check);
    expect(effects.repeated).toEqual([
      "commented on octo/hello#1: Hello: 2 times",
      "labeled octo/hello#1 ai-generated: 2 times",
      `made a check run orb on ${await github.branchSha(repository, "agent/x")}: 2 times`,
    ]);
    effects.stop();
    await github.close();
  });
});
