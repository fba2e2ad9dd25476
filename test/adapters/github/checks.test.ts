import { describe, expect, test } from "../../support/testing.ts";
import { ALL_PERMISSIONS } from "../../local-github/tests/scene.ts";
import { refusalOf, setGitHubScene } from "./scene.ts";

const FAILED = { name: "test", conclusion: "failure" } as const;
const TOKEN = `ghp_${"a1".repeat(18)}`;
const READS_ACTIONS = { ...ALL_PERMISSIONS, actions: "read" } as const;

describe("the checks on a commit", () => {
  test("are one list of check runs and statuses, with the required ones marked", async () => {
    await using scene = await setGitHubScene();
    const { github, repository, remote } = scene;
    const sha = await github.branchSha(repository, "main");
    if (sha === null) throw new Error("The branch main is missing");
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

  test("are empty if nothing has reported, or if the commit is missing", async () => {
    await using scene = await setGitHubScene();
    const sha = await scene.github.branchSha(scene.repository, "main");
    expect(await scene.remote.checksOn(sha ?? "")).toEqual({ states: [], total: 0 });
    expect(await scene.remote.checksOn("1".repeat(40))).toEqual({ states: [], total: 0 });
  });

  test("are read page by page", async () => {
    await using scene = await setGitHubScene();
    const { github, repository, remote } = scene;
    const sha = (await github.branchSha(repository, "main")) ?? "";
    for (let index = 0; index < 103; index++) {
      await github.setStatus(repository, sha, { context: `ci/${index}`, state: "success" });
    }
    const { states, total } = await remote.checksOn(sha);
    expect([states.length, total]).toEqual([103, 103]);
  });

  test("need the permission to read checks", async () => {
    const { checks: _checks, statuses: _statuses, ...permissions } = ALL_PERMISSIONS;
    await using scene = await setGitHubScene({ permissions });
    const sha = (await scene.github.branchSha(scene.repository, "main")) ?? "";
    expect((await refusalOf(scene.remote.checksOn(sha))).code).toBe("permission_missing");
  });
});

describe("the text of a check", () => {
  test("has no tokens that can be recognised with certainty, and its name is limited", async () => {
    await using scene = await setGitHubScene();
    const { github, repository, remote } = scene;
    const place = { path: "a", start_line: 1, end_line: 1, annotation_level: "failure" } as const;
    const { id } = await github.completeCheckRun(repository, "main", {
      name: "n".repeat(5_000),
      conclusion: "failure",
      output: { title: TOKEN, summary: `It is ${TOKEN} here`, annotations: [{ ...place, message: TOKEN }] },
    });
    const check = await remote.failedCheck(id);
    expect(check.name).toHaveLength(200);
    expect(check).toMatchObject({ title: "[token removed]", summary: "It is [token removed] here" });
    expect(check.annotations).toMatchObject([{ message: "[token removed]" }]);
  });

  test("has no secrets in its log that GitHub has not masked", async () => {
    await using scene = await setGitHubScene({ permissions: READS_ACTIONS });
    const { github, repository, remote } = scene;
    const lines = [`token=${TOKEN}`, "-----BEGIN PRIVATE KEY-----", "MIIEvQ", "-----END PRIVATE KEY-----"];
    const job = { ...FAILED, log: lines.map((line) => `2026-01-31T12:00:00Z ${line}`).join("\n") };
    const { id } = await github.endJob(repository, "main", job);
    expect((await remote.failedCheck(id)).logTail).toBe("token=[token removed]\n[private key removed]");
  });
});
