import { expect, test } from "@jest/globals";
import { useScenario } from "../../support/scenario.ts";

const scenario = useScenario();

test("a merge brings a conflict: the agents are told of the files and whose it is, once, and when it is resolved", async () => {
  const { github } = scenario.stage;
  const repository = await scenario.addRepository("contested", {
    files: { "src/a.ts": "export const a = 1;\n" },
  });
  await scenario.complete("theirs", { repository, files: { "src/a.ts": "export const a = 2;\n" } });
  const theirs = await scenario.opened("theirs");
  await scenario.complete("ours", { repository, files: { "src/a.ts": "export const a = 3;\n", "b.ts": "" } });
  const ours = await scenario.opened("ours");
  const baseSha = await github.mergePullRequest(repository, theirs.number, { method: "squash" });

  const { data } = await scenario.event("ours", "orb.pull_request.conflict");
  expect(data).toMatchObject({
    baseSha,
    headSha: ours.headSha,
    files: ["src/a.ts"],
    causedBy: { number: theirs.number },
    pullRequest: { number: ours.number },
  });
  expect(ours.labels).toContain("merge conflict");
  const { headSha } = ours;
  await github.pushFiles(repository, {
    branch: "agent/ours",
    from: "main",
    force: true,
    files: { "src/a.ts": "export const a = 4;\n" },
    message: "Go on from what was merged",
  });
  const { data: resolved } = await scenario.event("ours", "orb.pull_request.conflict_resolved");
  expect(resolved).toMatchObject({ baseSha, headSha: ours.headSha });
  expect(ours.headSha).not.toBe(headSha);
  expect(ours.labels).not.toContain("merge conflict");
  const told = (await scenario.stage.events("ours")).filter(
    ({ type }) => type === "orb.pull_request.conflict",
  );
  expect(told).toHaveLength(1);
});
