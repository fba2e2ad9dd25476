import { describe, expect, test } from "../../support/testing.ts";
import { sampledInputs } from "../../support/sample.ts";
import * as fc from "fast-check";
import { type Scene, refusal, setScene } from "./scene.ts";

describe("comparing", () => {
  async function compare({ octokit, at }: Scene, basehead = "main...agent/x", page: object = {}) {
    const { data, headers } = await octokit.rest.repos.compareCommitsWithBasehead({
      ...at,
      basehead,
      ...page,
    });
    return { ...data, files: data.files ?? [], link: headers.link };
  }

  test("a comparison counts like git, for any files", async () => {
    await using scene = await setScene({
      files: { keep: "keep\n", "dir/old name.txt": "a\nb\nc\nd\ne\nf\n", "gone.md": "x\n" },
    });
    const { github, repository } = scene;
    const git = github.world.git(repository);
    const path = fc
      .stringMatching(/^[a-zé"\\ ]{1,8}\/[a-z0-9ü' ]{1,12}$/)
      .filter((each) => !each.includes("/ ") && each === each.trim());
    const content = fc.oneof(
      fc
        .array(fc.constantFrom("one", "two", "", "diff --git a/x b/x", "@@ -1 +1 @@"), { maxLength: 12 })
        .map((lines) => lines.join("\n")),
      fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
    );
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(path, content, { minKeys: 1, maxKeys: 6 }),
        fc.boolean(),
        async (files, alsoMove) => {
          const branch = `agent/run-${run++}`;
          const moved = alsoMove
            ? { "dir/old name.txt": null, "dir/new name.txt": "a\nb\nc\nd\ne\nf!\n", "gone.md": null }
            : {};
          await github.pushFiles(repository, { branch, files: { ...files, ...moved }, message: "Change" });
          const { files: shown } = await compare(scene, `main...${branch}`);
          const numstat = await git.text(["diff", "--numstat", "--no-renames", "-z", `main...${branch}`]);
          const truth = numstat
            .split("\0")
            .filter(Boolean)
            .map((line) => line.split("\t"));
          const sum = (values: number[]): number => values.reduce((a, b) => a + b, 0);
          const renamed = shown.filter(({ status }) => status === "renamed");
          expect(shown.length + renamed.length).toBe(truth.length);
          const unmoved = truth.filter(
            ([, , name]) =>
              !renamed.some((file) => file.filename === name || file.previous_filename === name),
          );
          const plain = shown.filter(({ status }) => status !== "renamed");
          expect(plain.map(({ filename }) => filename).toSorted()).toEqual(
            unmoved.map(([, , name = ""]) => name).toSorted(),
          );
          expect(sum(plain.map(({ additions }) => additions))).toBe(
            sum(unmoved.map(([added]) => Number(added) || 0)),
          );
          expect(sum(plain.map(({ deletions }) => deletions))).toBe(
            sum(unmoved.map(([, removed]) => Number(removed) || 0)),
          );
          for (const { patch = "", additions, deletions } of shown) {
            const lines = patch.split("\n");
            expect(lines.filter((line) => line.startsWith("+")).length).toBe(patch === "" ? 0 : additions);
            expect(lines.filter((line) => line.startsWith("-")).length).toBe(patch === "" ? 0 : deletions);
          }
        },
      ),
      sampledInputs({ all: 25, sample: 8 }),
    );
  });

  describe("a comparison", () => {
    test("distinguishes renames, removals and binaries", async () => {
      await using scene = await setScene({
        files: { "old.txt": "1\n2\n3\n4\n5\n", "gone.txt": "x\n", bin: "\0\u0001" },
      });
      const { github, repository } = scene;
      await github.pushFiles(repository, {
        branch: "agent/x",
        files: {
          "old.txt": null,
          "new.txt": "1\n2\n3\n4\n5\n6\n",
          "gone.txt": null,
          bin: Buffer.from([0, 2]),
          "empty.txt": "",
        },
        message: "All sorts",
      });
      const { files } = await compare(scene);
      expect(
        files.map(({ filename, status, previous_filename: before, changes, patch }) => ({
          filename,
          status,
          before,
          changes,
          patch,
        })),
      ).toEqual([
        { filename: "bin", status: "modified", before: undefined, changes: 0, patch: undefined },
        { filename: "empty.txt", status: "added", before: undefined, changes: 0, patch: undefined },
        {
          filename: "gone.txt",
          status: "removed",
          before: undefined,
          changes: 1,
          patch: "@@ -1 +0,0 @@\n-x",
        },
        {
          filename: "new.txt",
          status: "renamed",
          before: "old.txt",
          changes: 1,
          patch: "@@ -3,3 +3,4 @@\n 3\n 4\n 5\n+6",
        },
      ]);
    });

    test("starts where the branch left the base, and counts in both directions", async () => {
      await using scene = await setScene();
      const { github, repository } = scene;
      const fork = await github.branchSha(repository, "main");
      await github.pushFiles(repository, { branch: "agent/x", files: { x: "x" }, message: "X" });
      expect(await compare(scene)).toMatchObject({ status: "ahead", ahead_by: 1, behind_by: 0 });
      await github.pushFiles(repository, { branch: "main", files: { y: "y" }, message: "Y" });
      await github.pushFiles(repository, { branch: "main", files: { z: "z" }, message: "Z" });
      const diverged = await compare(scene);
      expect(diverged).toMatchObject({
        status: "diverged",
        ahead_by: 1,
        behind_by: 2,
        total_commits: 1,
        merge_base_commit: { sha: fork },
      });
      expect(diverged.files.map(({ filename }) => filename)).toEqual(["x"]);
      expect(await compare(scene, "agent/x...agent/x")).toMatchObject({
        status: "identical",
        files: [],
        commits: [],
      });
      expect(await compare(scene, `main...${fork}`)).toMatchObject({ status: "behind", behind_by: 2 });
      expect(await compare(scene, "acme:main...acme:agent/x")).toMatchObject({ status: "diverged" });
    });

    test("shows at most 300 files and 250 commits, and files on the first page only", async () => {
      await using scene = await setScene();
      const { github, repository } = scene;
      const git = github.world.git(repository);
      const many = Object.fromEntries(
        Array.from({ length: 320 }, (_each, index) => [`f/${index}`, `${index}\n`]),
      );
      await github.pushFiles(repository, { branch: "agent/x", files: many, message: "Many files" });
      const tip = await github.branchSha(repository, "agent/x");
      const stream = Array.from(
        { length: 299 },
        (_each, index) =>
          `commit refs/heads/agent/x\ncommitter a <a@b> ${1_800_000_000 + index} +0000\ndata 2\nc\n${index === 0 ? `from ${tip}\n` : ""}`,
      );
      await git.run(["fast-import", "--quiet"], { input: stream.join("\n") });
      const whole = await compare(scene);
      expect([whole.files.length, whole.commits.length, whole.total_commits, whole.link]).toEqual([
        300,
        250,
        300,
        undefined,
      ]);
      expect(whole.commits.at(-1)?.sha).toBe(await github.branchSha(repository, "agent/x"));
      expect(whole.commits[0]?.sha).not.toBe(tip);
      const first = await compare(scene, undefined, { per_page: 100 });
      expect(first.commits[0]?.sha).toBe(tip);
      expect([first.files.length, first.commits.length]).toEqual([300, 100]);
      expect(first.link).toMatch(/page=2>; rel="next".*page=3>; rel="last"/);
      const last = await compare(scene, undefined, { per_page: 100, page: 3 });
      expect([last.files.length, last.commits.length, last.commits.at(-1)?.sha]).toEqual([
        0,
        100,
        await github.branchSha(repository, "agent/x"),
      ]);
      await github.openPullRequest(repository, { head: "agent/x", base: "main", title: "Many" });
      const { data: pull } = await scene.octokit.rest.pulls.get({ ...scene.at, pull_number: 1 });
      expect(pull).toMatchObject({ changed_files: 320, commits: 300, additions: 320 });
      const files = await scene.octokit.paginate(scene.octokit.rest.pulls.listFiles, {
        ...scene.at,
        pull_number: 1,
        per_page: 100,
      });
      const commits = await scene.octokit.paginate(scene.octokit.rest.pulls.listCommits, {
        ...scene.at,
        pull_number: 1,
      });
      expect([files.length, commits.length]).toEqual([320, 250]);
    });

    test("is not found for missing refs or unrelated histories", async () => {
      await using scene = await setScene();
      expect(await refusal(compare(scene, "main...nowhere"))).toMatchObject({ status: 404 });
      expect(await refusal(compare(scene, "main...stranger:main"))).toMatchObject({ status: 404 });
      const git = scene.github.world.git(scene.repository);
      const orphan = "commit refs/heads/orphan\ncommitter a <a@b> 0 +0000\ndata 1\no\n";
      await git.run(["fast-import", "--quiet"], { input: orphan });
      const message = "No common ancestor between main and orphan.";
      expect(await refusal(compare(scene, "main...orphan"))).toMatchObject({
        status: 404,
        body: { message },
      });
    });
  });
});

describe("the pull requests of a commit", () => {
  async function open({ github, repository }: Scene, branch: string, files: Record<string, string>) {
    const sha = await github.pushFiles(repository, { branch, files, message: branch });
    const { number } = await github.openPullRequest(repository, {
      title: branch,
      head: branch,
      base: "main",
    });
    return { sha, number };
  }

  test.each(["merge", "squash", "rebase"] as const)(
    "a commit has the pull request that brought it by a %s, and a file has its latest commit",
    async (method) => {
      await using scene = await setScene();
      const { github, repository, octokit, at } = scene;
      const before = (await github.branchSha(repository, "main")) ?? "";
      const first = await open(scene, "agent/1", { "src/widget.ts": "2\n" });
      await github.mergePullRequest(repository, first.number, { method });
      const second = await open(scene, "agent/2", { "b.txt": "b\n" });
      await github.mergePullRequest(repository, second.number, { method });

      const { data: history } = await octokit.rest.repos.listCommits({ ...at, path: "src/widget.ts" });
      const [last, initial] = history;
      expect(initial?.sha).toBe(before);
      const query = `query ($owner: String!, $repo: String!) {
      repository(owner: $owner, name: $repo) {
        object(expression: "main") {
          ... on Commit {
            history(first: 1, path: "src/widget.ts") {
              nodes { oid associatedPullRequests(first: 5) { nodes { number } } }
            }
          }
        }
      }
    }`;
      expect(await octokit.graphql(query, at)).toEqual({
        repository: {
          object: {
            history: {
              nodes: [{ oid: last?.sha, associatedPullRequests: { nodes: [{ number: first.number }] } }],
            },
          },
        },
      });
      const pulls = async (sha: string) => {
        const asked = { ...at, commit_sha: sha };
        const { data } = await octokit.rest.repos.listPullRequestsAssociatedWithCommit(asked);
        return data.map(({ number }) => number);
      };
      expect(await pulls(last?.sha ?? "")).toEqual([first.number]);
      expect(await pulls(before)).toEqual([]);
    },
  );

  test("a commit outside of the default branch has the open pull requests that contain it", async () => {
    await using scene = await setScene();
    const { github, repository, octokit, at } = scene;
    const { sha, number } = await open(scene, "agent/1", { a: "a\n" });
    const asked = () => octokit.rest.repos.listPullRequestsAssociatedWithCommit({ ...at, commit_sha: sha });
    expect((await asked()).data.map((pull) => pull.number)).toEqual([number]);
    await github.closePullRequest(repository, number);
    expect((await asked()).data).toEqual([]);
    const unknown = octokit.rest.repos.listPullRequestsAssociatedWithCommit({
      ...at,
      commit_sha: "1".repeat(40),
    });
    expect(await refusal(unknown)).toMatchObject({ status: 422 });
  });
});
