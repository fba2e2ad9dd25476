import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { standingOf } from "../../../bench/loss/standing.ts";
import type { PullRequest } from "../state.ts";
import type { Account } from "../account.ts";
import { type Scene, setScene } from "./scene.ts";

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

test("of each check and status the last counts, and the bot's own check does not", async () => {
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

test("of each reviewer the last opinion counts, and a comment is none", async () => {
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

test("it conflicts once both sides have changed the same line", async () => {
  expect((await standing()).mergeable).toBe("mergeable");
  const baseSha = await push("main", "Varnished");
  expect(await standing()).toMatchObject({ mergeable: "conflicting", baseSha });
});
