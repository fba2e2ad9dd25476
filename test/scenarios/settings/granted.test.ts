import { expect, test } from "@jest/globals";
import { useScenario } from "../../support/scenario.ts";

const scenario = useScenario();

test("what a pull request lacks for want of a permission is there as soon as the owner grants it", async () => {
  const { github, githubApp, installation, repository } = scenario.stage;
  await github.grantPermissions(installation, { ...githubApp.permissions, checks: "read" });
  await github.protect(repository, "main", { requiredChecks: ["orb"] });
  await scenario.complete("granted");
  const { headSha } = await scenario.opened("granted");
  const { shortcomings } = await scenario.listed("granted", (record) => record.shortcomings.length > 0);
  expect(shortcomings).toMatchObject([
    { code: "check_run_permission_missing", remedy: expect.stringContaining("Grant the App") },
  ]);

  await github.grantPermissions(installation, githubApp.permissions);
  await scenario.listed("granted", (record) => record.shortcomings.length === 0);
  expect(repository.checkRuns.filter(({ name }) => name === "orb")).toMatchObject([{ headSha }]);
});
