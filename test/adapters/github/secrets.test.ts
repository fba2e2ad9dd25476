import { describe, expect, test } from "@jest/globals";
import { ALL_PERMISSIONS } from "../../local-github/tests/scene.ts";
import { setGitHubScene } from "./scene.ts";

const FAILED = { name: "test", conclusion: "failure" } as const;
const TOKEN = `ghp_${"a1".repeat(18)}`;
const READS_ACTIONS = { ...ALL_PERMISSIONS, actions: "read" } as const;

describe("what a check says", () => {
  test("has no token that a program can tell for sure, and no name of any length", async () => {
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

  test("has, in its log, no secrets that a program came by and GitHub does not know", async () => {
    await using scene = await setGitHubScene({ permissions: READS_ACTIONS });
    const { github, repository, remote } = scene;
    const lines = [`token=${TOKEN}`, "-----BEGIN PRIVATE KEY-----", "MIIEvQ", "-----END PRIVATE KEY-----"];
    const job = { ...FAILED, log: lines.map((line) => `2026-01-31T12:00:00Z ${line}`).join("\n") };
    const { id } = await github.endJob(repository, "main", job);
    expect((await remote.failedCheck(id)).logTail).toBe("token=[token removed]\n[private key removed]");
  });
});
