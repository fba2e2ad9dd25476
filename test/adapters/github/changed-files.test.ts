import { afterAll, beforeAll, describe, expect, test } from "../../support/testing.ts";
import { sampledRows } from "../../support/sample.ts";
import { refusalOf, setGitHubScene, type GitHubScene } from "./scene.ts";

const PULL = "GET /repos/{owner}/{repo}/pulls/{pull_number} 200";
const FILES = "GET /repos/{owner}/{repo}/pulls/{pull_number}/files 200";

let scene: GitHubScene;

beforeAll(async () => {
  scene = await setGitHubScene();
});

afterAll(() => scene[Symbol.asyncDispose]());

/** Opens a pull request that adds `count` small files in one commit, and returns its number. */
async function change(count: number, branch = `agent/${count}`): Promise<number> {
  const files = Object.fromEntries(
    Array.from({ length: count }, (_each, index) => [
      `src/part-${index % 100}/file-${index}.ts`,
      `${index}\n`,
    ]),
  );
  const { github, repository } = scene;
  await github.pushFiles(repository, { branch, from: "main", files, message: `Add ${count} files` });
  const { number } = await github.openPullRequest(repository, { title: branch, head: branch, base: "main" });
  return number;
}

describe("the files of a pull request", () => {
  const SIZES = [
    { name: "a few", count: 2, listed: 2, requests: 1 },
    { name: "one page", count: 100, listed: 100, requests: 1 },
    { name: "two pages", count: 101, listed: 101, requests: 2 },
    { name: "all that are listed", count: 3_000, listed: 3_000, requests: 30 },
    { name: "more than are listed", count: 20_000, listed: 3_000, requests: 30 },
  ];
  const sample = ["a few", "one page", "two pages", "all that are listed"];

  test.each(sampledRows("sizes of a pull request", SIZES, sample))(
    "of $count are $listed on $requests pages, with the totals of all",
    async ({ count, listed, requests }) => {
      const number = await change(count);
      let found: Awaited<ReturnType<typeof scene.remote.pullRequestFiles>> | undefined;
      const asked = await scene.routesOf(async () => {
        found = await scene.remote.pullRequestFiles(number);
      });
      expect(asked).toEqual([PULL, ...Array.from({ length: requests }, () => FILES)]);
      expect(found?.total).toEqual({ files: count, additions: count, deletions: 0 });
      expect(new Set(found?.files.map(({ path }) => path)).size).toBe(listed);
      expect(found?.truncated).toBe(count > listed);
    },
    60_000,
  );

  test("have their previous paths", async () => {
    const { github, repository, remote } = scene;
    const files = { "src/widget.ts": null, "src/gadget.ts": "export const widget = 1;\n" };
    await github.pushFiles(repository, { branch: "agent/rename", files, message: "Rename" });
    await github.openPullRequest(repository, { title: "Rename", head: "agent/rename", base: "main" });
    const number = repository.nextNumber - 1;
    expect((await remote.pullRequestFiles(number)).files).toEqual([
      {
        path: "src/gadget.ts",
        previousPath: "src/widget.ts",
        status: "renamed",
        additions: 0,
        deletions: 0,
      },
    ]);
  });

  test("of a missing pull request are a refusal, and so is a page that fails", async () => {
    const { github, remote } = scene;
    expect((await refusalOf(remote.pullRequestFiles(999))).code).toBe("not_found");
    const number = await change(150);
    const fault = { kind: "error", status: 502, when: "after" } as const;
    github.faults.add({ route: FILES.replace(" 200", ""), skip: 1, fault });
    expect((await refusalOf(remote.pullRequestFiles(number))).code).toBe("github_unavailable");
  });
});

test("the page of a pull request shows the first of many files, and counts them all", async () => {
  const number = await change(301, "agent/paged");
  const page = await fetch(`${scene.github.url}/acme/widgets/pull/${number}`);
  const html = await page.text();
  expect(html).toContain("Only the first 300 of 301 files are shown.");
  expect(html).toContain('Files changed <span class="count">301</span>');
});

describe("a comparison", () => {
  test.each([
    { count: 299, truncated: false, total: { files: 299, additions: 299, deletions: 0 } },
    { count: 300, truncated: true, total: null },
    { count: 301, truncated: true, total: null },
  ])(
    "of $count files says whether it has all of them: truncated $truncated",
    async ({ count, truncated, total }) => {
      await change(count, `agent/compared-${count}`);
      const comparison = await scene.remote.compare("main", `agent/compared-${count}`);
      expect(comparison.files).toHaveLength(Math.min(count, 300));
      expect([comparison.filesTruncated, comparison.total]).toEqual([truncated, total]);
    },
  );

  test("has the full commit messages up to a limit, and never half a character", async () => {
    const { github, repository, remote } = scene;
    const push = (message: string, content: string) =>
      github.pushFiles(repository, { branch: "agent/messages", files: { "a.txt": content }, message });
    const body = "Because it was slow.\n\nFixes #7";
    await push(`Make it fast\n\n${body}`, "1\n");
    await push(`${"x".repeat(4_999)}😀${"x".repeat(100_000)}`, "2\n");
    const [short, long] = (await remote.compare("main", "agent/messages")).commits;
    expect(short).toMatchObject({ subject: "Make it fast", message: `Make it fast\n\n${body}` });
    expect(long?.message).toBe(`${"x".repeat(4_999)}\uFFFD`);
  });
});

test("a comparison has the newest 250 commits, its head and the number of all", async () => {
  const { github, repository, remote } = scene;
  const git = github.world.git(repository);
  const main = await github.branchSha(repository, "main");
  const commit = (index: number) =>
    `commit refs/heads/agent/long\ncommitter a <a@b> ${1_800_000_000 + index} +0000\ndata ${`c${index}`.length}\nc${index}\n`;
  const stream = Array.from({ length: 260 }, (_each, index) =>
    index === 0 ? `${commit(index)}from ${main}\n` : commit(index),
  );
  await git.run(["fast-import", "--quiet"], { input: stream.join("\n") });
  const { aheadBy, commits, headSha } = await remote.compare("main", "agent/long");
  expect([aheadBy, commits.length]).toEqual([260, 250]);
  expect([commits[0]?.subject, commits.at(-1)?.subject]).toEqual(["c10", "c259"]);
  expect(headSha).toBe(await github.branchSha(repository, "agent/long"));
});
