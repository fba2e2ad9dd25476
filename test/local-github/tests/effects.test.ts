import { expect, test } from "@jest/globals";
import { Effects } from "../../support/effects.ts";
import { LocalGitHub } from "../local-github.ts";

test("what an App does twice is told, and not what people do", async () => {
  const github = await LocalGitHub.start();
  const owner = github.createOrganization("octo");
  const repository = await github.createRepository({
    owner,
    name: "hello",
    files: { "README.md": "# Hello\n" },
  });
  const app = github.createApp({ slug: "orb-bot", permissions: { pull_requests: "write", checks: "write" } });
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
    "said on octo/hello#1: Hello: 2 times",
    "labeled octo/hello#1 ai-generated: 2 times",
    `made a check run orb on ${await github.branchSha(repository, "agent/x")}: 2 times`,
  ]);
  effects.stop();
  await github.close();
});
