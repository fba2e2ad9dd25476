import { describe, expect, test } from "../../support/testing.ts";
import { ALL_PERMISSIONS } from "../../local-github/tests/scene.ts";
import { refusalOf, setGitHubScene } from "./scene.ts";

const RUN = "GET /repos/{owner}/{repo}/check-runs/{check_run_id}";
const LOG = "GET /repos/{owner}/{repo}/actions/jobs/{job_id}/logs";
const FAILED = { name: "test", conclusion: "failure" } as const;
const READS_ACTIONS = { ...ALL_PERMISSIONS, actions: "read" } as const;

describe("a failed check", () => {
  test("has what it found, with the first ten of all annotations", async () => {
    await using scene = await setGitHubScene();
    const { github, repository, remote, routesOf } = scene;
    const annotations = Array.from({ length: 12 }, (_, index) => ({
      path: "src/widget.ts",
      start_line: index + 1,
      end_line: index + 2,
      annotation_level: "failure" as const,
      message: "x".repeat(2_000),
      title: "Wrong",
    }));
    const { id } = await github.completeCheckRun(repository, "main", {
      name: "lint",
      conclusion: "failure",
      detailsUrl: "https://ci.test/1",
      output: { title: "12 problems", summary: "y".repeat(10_000), annotations },
    });
    expect(await routesOf(() => remote.failedCheck(id))).toEqual([`${RUN} 200`, `${RUN}/annotations 200`]);
    const check = await remote.failedCheck(id);
    expect(check).toMatchObject({
      id,
      name: "lint",
      conclusion: "failure",
      detailsUrl: "https://ci.test/1",
      title: "12 problems",
      annotationsTotal: 12,
      logTail: null,
      refused: [],
    });
    expect(check.summary).toHaveLength(4_000);
    expect(check.annotations).toHaveLength(10);
    expect(check.annotations[1]).toEqual({
      path: "src/widget.ts",
      startLine: 2,
      endLine: 3,
      level: "failure",
      title: "Wrong",
      message: `${"x".repeat(999)}…`,
    });
  });

  test("without output is not asked for annotations", async () => {
    await using scene = await setGitHubScene();
    const { github, repository, remote, routesOf } = scene;
    const { id } = await github.completeCheckRun(repository, "main", { name: "x", conclusion: "failure" });
    expect(await routesOf(() => remote.failedCheck(id))).toEqual([`${RUN} 200`]);
    expect(await remote.failedCheck(id)).toMatchObject({ title: null, summary: null, annotations: [] });
    expect((await refusalOf(remote.failedCheck(id + 1))).code).toBe("not_found");
  });
});

describe("the log of a failed job", () => {
  const log = [
    "\uFEFF2026-01-31T12:00:00.1234567Z ##[group]Run npm test",
    "2026-01-31T12:00:01.0000000Z \u001B[31mexpected 1 to be 2\u001B[0m",
    "2026-01-31T12:00:02.0000000Z ##[error]Process completed with exit code 1.",
    "2026-01-31T12:00:03.0000000Z Post job cleanup.",
    "",
  ].join("\n");

  test("ends at the failure, without times and colours", async () => {
    await using scene = await setGitHubScene({ permissions: READS_ACTIONS });
    const { github, repository, remote } = scene;
    const { id } = await github.endJob(repository, "main", { ...FAILED, log });
    expect(await remote.failedCheck(id)).toMatchObject({
      detailsUrl: expect.stringMatching(new RegExp(`/acme/widgets/actions/runs/\\d+/job/${id}$`)),
      logTail: [
        "##[group]Run npm test",
        "expected 1 to be 2",
        "##[error]Process completed with exit code 1.",
      ].join("\n"),
      refused: [],
    });
  });

  test("is shortened to its end if it is long", async () => {
    await using scene = await setGitHubScene({ permissions: READS_ACTIONS });
    const { github, repository, remote } = scene;
    const lines = Array.from({ length: 40_000 }, (_, index) => `2026-01-31T12:00:00Z line ${index}`);
    const job = { ...FAILED, log: lines.join("\n") };
    const { logTail } = await remote.failedCheck((await github.endJob(repository, "main", job)).id);
    expect(logTail).toMatch(/^line \d+\n[\s\S]*\nline 39999$/);
    expect(logTail?.length).toBeGreaterThan(7_900);
    expect(logTail?.length).toBeLessThanOrEqual(8_000);
  });

  test("is left out if the App may not read it, with the missing permission; the rest is there", async () => {
    await using scene = await setGitHubScene();
    const { github, repository, remote } = scene;
    const { id } = await github.endJob(repository, "main", { ...FAILED, log });
    const check = await remote.failedCheck(id);
    expect(check).toMatchObject({ name: "test", logTail: null, refused: [{ code: "permission_missing" }] });
    expect(check.refused[0]?.remedy).toContain("actions=read");
  });

  test("is left out if GitHub has deleted it, or if its storage fails", async () => {
    await using scene = await setGitHubScene({ permissions: READS_ACTIONS });
    const { github, repository, remote } = scene;
    const job = await github.endJob(repository, "main", { ...FAILED, log });
    const storage = "GET /storage/logs/{job_id}";
    const refused = async () => (await remote.failedCheck(job.id)).refused.map(({ code }) => code);
    github.faults.add({ route: storage, fault: { kind: "error", status: 503, when: "before" } });
    expect(await refused()).toEqual(["log_unread"]);
    github.faults.add({ route: storage, fault: { kind: "lost-answer", when: "before" } });
    expect(await refused()).toEqual(["log_unread"]);
    github.faults.add({ route: LOG, fault: { kind: "answer", status: 410, json: { message: "Gone" } } });
    expect(await refused()).toEqual(["log_gone"]);
    job.log = null;
    expect(await refused()).toEqual(["log_gone"]);
  });

  test("is left out if it is longer than the limit", async () => {
    await using scene = await setGitHubScene({ permissions: READS_ACTIONS });
    const { github, repository, remote } = scene;
    const megabytes = (count: number) => "x".repeat(count * 1_024 * 1_024);
    const job = await github.endJob(repository, "main", { ...FAILED, log: megabytes(33) });
    expect((await remote.failedCheck(job.id)).refused).toMatchObject([{ code: "log_too_long" }]);
    job.log = megabytes(31);
    expect((await remote.failedCheck(job.id)).refused).toEqual([]);
  });

  test("waits with everything else at a rate limit", async () => {
    await using scene = await setGitHubScene({ permissions: READS_ACTIONS });
    const { github, repository, remote } = scene;
    const { id } = await github.endJob(repository, "main", { ...FAILED, log });
    github.faults.add({ route: LOG, fault: { kind: "secondary-limit", retryAfterS: 30 } });
    expect((await refusalOf(remote.failedCheck(id))).code).toBe("rate_limited");
  });
});

describe("the comments of a review", () => {
  test("are in order and have their positions in the code, without those of other reviews", async () => {
    await using scene = await setGitHubScene();
    const { github, repository, remote } = scene;
    await github.pushFiles(repository, { branch: "agent/1", files: { "a.ts": "a\n" }, message: "A" });
    await github.openPullRequest(repository, { title: "A", head: "agent/1", base: "main" });
    const place = { path: "a.ts", line: 1 };
    await github.review(repository, 1, { event: "COMMENT", comments: [{ ...place, body: "Earlier" }] });
    const review = await github.review(repository, 1, {
      by: github.createUser("ada"),
      event: "REQUEST_CHANGES",
      comments: [
        { ...place, body: "First", diffHunk: `@@ -0,0 +1 @@\n${"+x\n".repeat(2_000)}+a` },
        { path: "README.md", line: 3, side: "LEFT", body: "z".repeat(5_000) },
      ],
    });
    await github.review(repository, 1, { event: "COMMENT", comments: [{ ...place, body: "Later" }] });

    const { comments, truncated } = await remote.reviewComments(1, review.id);
    expect(truncated).toBe(false);
    expect(comments).toMatchObject([
      { path: "a.ts", line: 1, side: "right", body: "First" },
      { path: "README.md", line: 3, side: "left", diffHunk: "" },
    ]);
    expect(comments[0]?.diffHunk).toMatch(/\+x\n\+a$/);
    expect(comments[0]?.diffHunk).toHaveLength(2_000);
    expect(comments[0]?.url).toBe(`${github.url}/acme/widgets/pull/1#discussion_r${comments[0]?.id}`);
    expect(comments[1]?.body).toHaveLength(4_000);
  });

  test("are limited to fifty, and searched on three pages at most", async () => {
    await using scene = await setGitHubScene();
    const { github, repository, remote, routesOf } = scene;
    await github.pushFiles(repository, { branch: "agent/1", files: { "a.ts": "a\n" }, message: "A" });
    await github.openPullRequest(repository, { title: "A", head: "agent/1", base: "main" });
    const say = (count: number) =>
      github.review(repository, 1, {
        event: "COMMENT",
        comments: Array.from({ length: count }, (_, index) => ({
          path: "a.ts",
          line: 1,
          body: String(index),
        })),
      });
    const long = await say(60);
    const found = await remote.reviewComments(1, long.id);
    expect([found.comments.length, found.comments[49]?.body, found.truncated]).toEqual([50, "49", true]);
    await say(300);
    const asked = await routesOf(async () => {
      expect(await remote.reviewComments(1, long.id)).toEqual({ comments: [], truncated: true });
    });
    expect(asked).toHaveLength(3);
  });
});

describe("a conflict", () => {
  const WIDGET = "src/widget.ts";

  /** Merges a pull request that changes `files`, and returns its number. */
  async function merge(
    { github, repository }: Awaited<ReturnType<typeof setGitHubScene>>,
    branch: string,
    files: Record<string, string>,
    method: "merge" | "squash" = "merge",
  ): Promise<number> {
    await github.pushFiles(repository, { branch, files, message: branch });
    const title = `Change by ${branch}`;
    const { number } = await github.openPullRequest(repository, { title, head: branch, base: "main" });
    await github.mergePullRequest(repository, number, { method });
    return number;
  }

  test.each(["merge", "squash"] as const)(
    "has the files that both sides changed, and the pull request that changed them last by a %s",
    async (method) => {
      let passedMs = 0;
      await using scene = await setGitHubScene({ now: () => new Date(Date.now() + passedMs) });
      const { github, repository, remote, routesOf } = scene;
      const mergeBaseSha = await github.branchSha(repository, "main");
      const headSha = await github.pushFiles(repository, {
        branch: "agent/1",
        files: { "README.md": "# Ours\n", [WIDGET]: "export const widget = 2;\n", "only-here.txt": "x\n" },
        message: "Ours",
      });
      await github.openPullRequest(repository, { title: "Ours", head: "agent/1", base: "main" });
      await merge(scene, "earlier", { "README.md": "# Theirs\n", [WIDGET]: "3\n" }, method);
      passedMs += 2_000;
      const last = await merge(scene, "later", { [WIDGET]: "4\n" }, method);
      passedMs += 2_000;
      await merge(scene, "elsewhere", { "only-there.txt": "x\n" }, method);

      expect(await routesOf(() => remote.conflict("main", "agent/1"))).toHaveLength(3);
      expect(await remote.conflict("main", "agent/1")).toEqual({
        baseSha: await github.branchSha(repository, "main"),
        headSha,
        mergeBaseSha,
        files: ["README.md", WIDGET],
        filesTruncated: false,
        causedBy: {
          number: last,
          title: "Change by later",
          url: `${github.url}/acme/widgets/pull/${last}`,
        },
      });
    },
  );

  test("has no cause if somebody pushed directly to the base, or if GitHub can't say", async () => {
    await using scene = await setGitHubScene();
    const { github, repository, remote } = scene;
    await github.pushFiles(repository, { branch: "agent/1", files: { [WIDGET]: "2\n" }, message: "Ours" });
    await github.pushFiles(repository, { branch: "main", files: { [WIDGET]: "3\n" }, message: "Theirs" });
    expect(await remote.conflict("main", "agent/1")).toMatchObject({ files: [WIDGET], causedBy: null });

    await merge(scene, "later", { [WIDGET]: "4\n" });
    github.faults.add({ route: "POST /graphql", fault: { kind: "error", status: 502, when: "before" } });
    expect(await remote.conflict("main", "agent/1")).toMatchObject({ files: [WIDGET], causedBy: null });
    github.faults.add({ route: "POST /graphql", fault: { kind: "secondary-limit", retryAfterS: 30 } });
    expect((await refusalOf(remote.conflict("main", "agent/1"))).code).toBe("rate_limited");
  });

  test("has no files if the two sides changed different ones, and its cause is not requested", async () => {
    await using scene = await setGitHubScene();
    const { github, repository, remote, routesOf } = scene;
    await github.pushFiles(repository, { branch: "agent/1", files: { "a.txt": "a\n" }, message: "A" });
    await github.pushFiles(repository, { branch: "main", files: { "b.txt": "b\n" }, message: "B" });
    expect(await remote.conflict("main", "agent/1")).toMatchObject({ files: [], causedBy: null });
    expect(await routesOf(() => remote.conflict("main", "agent/1"))).toHaveLength(2);
    expect((await refusalOf(remote.conflict("main", "agent/2"))).code).toBe("not_found");
  });

  test("includes a file that was renamed on one side and changed on the other", async () => {
    await using scene = await setGitHubScene({ files: { "old.ts": "a\nb\nc\nd\ne\nf\n" } });
    const { github, repository, remote } = scene;
    await github.pushFiles(repository, {
      branch: "agent/1",
      files: { "old.ts": "a\nb\nc\nd\ne\nG\n" },
      message: "Change",
    });
    await github.pushFiles(repository, {
      branch: "main",
      files: { "old.ts": null, "new.ts": "a\nb\nc\nd\ne\nf\n" },
      message: "Rename",
    });
    expect((await remote.conflict("main", "agent/1")).files).toEqual(["old.ts"]);
  });
});
