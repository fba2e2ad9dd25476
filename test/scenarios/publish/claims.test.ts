import { expect, test } from "@jest/globals";
import { sectionOf } from "../../support/description.ts";
import { useScenario } from "../../support/scenario.ts";

const scenario = useScenario();
const data = { claims: [{ kind: "tests", text: "All 12 tests pass" }] };

test("what agents claim is theirs until a check on that very commit speaks of it", async () => {
  const { github, repository } = scenario.stage;
  await scenario.complete("confirmed", { data });
  const pullRequest = await scenario.opened("confirmed");
  const commit = pullRequest.headSha.slice(0, 7);
  expect(sectionOf(pullRequest, "claims")).toContain(`Not verified by CI yet (\`${commit}\`):`);

  await github.completeCheckRun(repository, pullRequest.headSha, {
    name: "unit tests",
    conclusion: "success",
  });
  await scenario.completeAgain("confirmed", { files: null, data });
  const section = sectionOf(pullRequest, "claims");
  expect(section).toContain("- ✅ **Tests:** All 12 tests pass");
  expect(section).toContain(`Verified by CI: \`unit tests\` passed on \`${commit}\``);
});

test("a check that failed contradicts the claim, though another passed", async () => {
  const { github, repository } = scenario.stage;
  await scenario.complete("contradicted", { data });
  const pullRequest = await scenario.opened("contradicted");
  const { headSha } = pullRequest;
  await github.completeCheckRun(repository, headSha, { name: "unit tests", conclusion: "success" });
  await github.setStatus(repository, headSha, { context: "ci/integration", state: "failure" });
  await scenario.completeAgain("contradicted", { files: null, data });
  const section = sectionOf(pullRequest, "claims");
  expect(section).toContain("- ❌ **Tests:** All 12 tests pass");
  expect(section).toContain("Contradicted by CI: `ci/integration` failed");
});

test("a check on another commit proves nothing", async () => {
  const { github, repository } = scenario.stage;
  await scenario.complete("elsewhere", { data });
  const pullRequest = await scenario.opened("elsewhere");
  const before = pullRequest.headSha;
  await github.completeCheckRun(repository, before, { name: "unit tests", conclusion: "success" });
  await scenario.completeAgain("elsewhere", { data });
  expect(pullRequest.headSha).not.toBe(before);
  const section = sectionOf(pullRequest, "claims");
  expect(section).toContain(`Not verified by CI yet (\`${pullRequest.headSha.slice(0, 7)}\`):`);
  expect(section).not.toContain("✅");
});

test("the bot's own check run confirms nothing", async () => {
  const repository = await scenario.addRepository("own-check", {
    files: { ".github/orb/feature.md": "{% nonsense %}" },
  });
  const claims = [{ kind: "tests", text: "All 12 tests pass" }];
  await scenario.complete("own-check", { repository, data: { type: "feature", claims } });
  const pullRequest = await scenario.opened("own-check");
  expect(repository.checkRuns).toMatchObject([{ name: "orb", headSha: pullRequest.headSha }]);
  await scenario.completeAgain("own-check", { files: null, data: { type: "feature", claims } });
  expect(sectionOf(pullRequest, "claims")).toContain("Not verified by CI yet");
});
