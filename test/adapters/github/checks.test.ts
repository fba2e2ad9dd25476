import { describe, expect, test } from "@jest/globals";
import { CHECK_OUTPUT_CHARACTERS_MAX } from "../../../src/github/deeds/check-runs.ts";
import { ownWords } from "../../../src/text/safe.ts";
import { sanitizeText } from "../../../src/text/sanitize.ts";
import { ALL_PERMISSIONS } from "../../local-github/tests/scene.ts";
import { refusalOf, setGitHubScene } from "./scene.ts";

describe("the checks on a commit", () => {
  test("are check runs and statuses in one list, with the required ones marked", async () => {
    await using scene = await setGitHubScene();
    const { github, repository, remote } = scene;
    const sha = await github.branchSha(repository, "main");
    if (sha === null) throw new Error("There is no main");
    const end = (name: string, conclusion: string) =>
      github.completeCheckRun(repository, sha, { name, conclusion });
    await end("unit", "success");
    await end("skipped", "skipped");
    await end("neutral", "neutral");
    await end("slow", "timed_out");
    await end("cancelled", "cancelled");
    await github.startCheckRun(repository, sha, { name: "running" });
    await github.setStatus(repository, sha, { context: "ci/good", state: "success" });
    await github.setStatus(repository, sha, {
      context: "ci/bad",
      state: "error",
      targetUrl: "https://ci.test/1",
    });
    await github.setStatus(repository, sha, { context: "ci/later", state: "pending" });

    const { states, total } = await remote.checksOn(sha, [
      { context: "unit", appId: null },
      { context: "slow", appId: 999_999 },
      { context: "ci/bad", appId: null },
      { context: "never", appId: null },
    ]);

    expect(total).toBe(9);
    expect(
      states.map(({ name, state, conclusion, required }) => [name, state, conclusion, required]),
    ).toEqual(
      expect.arrayContaining([
        ["unit", "passed", "success", true],
        ["skipped", "passed", "skipped", false],
        ["neutral", "passed", "neutral", false],
        ["slow", "failed", "timed_out", false],
        ["cancelled", "failed", "cancelled", false],
        ["running", "pending", null, false],
        ["ci/good", "passed", "success", false],
        ["ci/bad", "failed", "error", true],
        ["ci/later", "pending", null, false],
      ]),
    );
    const byName = new Map(states.map((state) => [state.name, state]));
    expect(byName.get("ci/bad")?.url).toBe("https://ci.test/1");
    expect(byName.get("unit")?.url).toContain(`${github.url}/acme/widgets/runs/`);
  });

  test("are none where nobody has said anything, or there is no such commit", async () => {
    await using scene = await setGitHubScene();
    const sha = await scene.github.branchSha(scene.repository, "main");
    expect(await scene.remote.checksOn(sha ?? "")).toEqual({ states: [], total: 0 });
    expect(await scene.remote.checksOn("1".repeat(40))).toEqual({ states: [], total: 0 });
  });

  test("are the first hundred of those that there are", async () => {
    await using scene = await setGitHubScene();
    const { github, repository, remote } = scene;
    const sha = (await github.branchSha(repository, "main")) ?? "";
    for (let index = 0; index < 103; index++) {
      await github.setStatus(repository, sha, { context: `ci/${index}`, state: "success" });
    }
    const { states, total } = await remote.checksOn(sha);
    expect([states.length, total]).toEqual([100, 103]);
  });

  test("take the right to read them", async () => {
    const { checks: _checks, statuses: _statuses, ...permissions } = ALL_PERMISSIONS;
    await using scene = await setGitHubScene({ permissions });
    const sha = (await scene.github.branchSha(scene.repository, "main")) ?? "";
    expect((await refusalOf(scene.remote.checksOn(sha))).code).toBe("permission_missing");
  });
});

describe("a check run of the bot", () => {
  const title = sanitizeText("Two things to know", 100);
  const summary = ownWords("It **went** well.");

  test("has ended when it is shown, and is the App's", async () => {
    await using scene = await setGitHubScene();
    const { github, repository, remote, app } = scene;
    const headSha = (await github.branchSha(repository, "main")) ?? "";
    expect(await remote.findCheckRun(headSha)).toBeNull();
    const id = await remote.createCheckRun({ headSha, output: { title, summary, text: null } });
    expect(repository.checkRuns).toMatchObject([
      {
        id,
        appId: app.id,
        name: "orb",
        headSha,
        status: "completed",
        conclusion: "neutral",
        output: { title: "Two things to know", summary: "It **went** well.", text: null },
      },
    ]);
    expect((await remote.checksOn(headSha)).states).toMatchObject([{ name: "orb", state: "passed" }]);

    await github.startCheckRun(repository, headSha, { name: "orb" });
    expect(await remote.findCheckRun(headSha)).toBe(id);
    const output = { title, summary: ownWords("It went **wrong**."), text: ownWords("More.") };
    await remote.updateCheckRun({ id, output });
    expect(repository.checkRuns[0]).toMatchObject({ id, output: { summary: output.summary, text: "More." } });
  });

  test("takes texts as long as GitHub does, and no longer", async () => {
    await using scene = await setGitHubScene({ mayViolate: true });
    const { github, repository, remote } = scene;
    const headSha = (await github.branchSha(repository, "main")) ?? "";
    const run = (characters: number) => ({
      headSha,
      output: { title, summary, text: ownWords("x".repeat(characters)) },
    });
    await remote.createCheckRun(run(CHECK_OUTPUT_CHARACTERS_MAX));
    github.assertNoViolations();
    const refused = await refusalOf(remote.createCheckRun(run(CHECK_OUTPUT_CHARACTERS_MAX + 1)));
    expect(refused.code).toBe("validation_failed");
    expect(repository.checkRuns).toHaveLength(1);
  });

  test("takes the right to write checks", async () => {
    await using scene = await setGitHubScene({ permissions: { ...ALL_PERMISSIONS, checks: "read" } });
    const headSha = (await scene.github.branchSha(scene.repository, "main")) ?? "";
    const run = { headSha, output: { title, summary, text: null } };
    const { code, remedy } = await refusalOf(scene.remote.createCheckRun(run));
    expect([code, remedy]).toEqual(["permission_missing", expect.stringContaining("checks=write")]);
  });
});
