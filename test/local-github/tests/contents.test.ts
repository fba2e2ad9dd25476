import { describe, expect, test } from "../../support/testing.ts";
import { refusal, setScene } from "./scene.ts";

const files = { ".github/orb.yml": "version: 1\n", "src/a b.ts": "export {};\n", "README.md": "# ü\n" };

describe("contents", () => {
  test("come as base64 in JSON, or raw, at any ref", async () => {
    await using scene = await setScene({ files });
    const { octokit, at, github, repository } = scene;
    const { data } = await octokit.rest.repos.getContent({ ...at, path: ".github/orb.yml" });
    if (Array.isArray(data) || data.type !== "file") throw new Error("Not a file");
    expect(Buffer.from(data.content, "base64").toString()).toBe("version: 1\n");
    expect(data).toMatchObject({ name: "orb.yml", path: ".github/orb.yml", size: 11, encoding: "base64" });
    await github.pushFiles(repository, {
      branch: "agent/x",
      files: { "src/a b.ts": "changed\n" },
      message: "Change",
    });
    const raw = await octokit.rest.repos.getContent({
      ...at,
      path: "src/a b.ts",
      ref: "agent/x",
      mediaType: { format: "raw" },
    });
    expect(raw.data).toBe("changed\n");
  });

  test("of a folder are its entries, of a missing path 404", async () => {
    await using scene = await setScene({ files });
    const { octokit, at } = scene;
    const list = async (path: string): Promise<unknown> => {
      const { data } = await octokit.rest.repos.getContent({ ...at, path });
      return Array.isArray(data) ? data.map((entry) => `${entry.type} ${entry.path}`) : data;
    };
    expect(await list("")).toEqual(["dir .github", "file README.md", "dir src"]);
    expect(await list("src")).toEqual(["file src/a b.ts"]);
    for (const options of [{ path: "nowhere" }, { path: "README.md", ref: "nowhere" }]) {
      expect(await refusal(octokit.rest.repos.getContent({ ...at, ...options }))).toMatchObject({
        status: 404,
      });
    }
  });

  test("above a megabyte are only available raw", async () => {
    await using scene = await setScene({ files: { big: "x".repeat(1_000_001) } });
    const { octokit, at } = scene;
    const { data } = await octokit.rest.repos.getContent({ ...at, path: "big" });
    expect(data).toMatchObject({ content: "", encoding: "none", size: 1_000_001 });
    const raw = await octokit.rest.repos.getContent({ ...at, path: "big", mediaType: { format: "raw" } });
    expect(raw.data).toHaveLength(1_000_001);
  });
});

describe("refs", () => {
  test("are read, created, moved forward and deleted", async () => {
    await using scene = await setScene();
    const { octokit, at, github, repository } = scene;
    const main = (await github.branchSha(repository, "main")) ?? "";
    const { data } = await octokit.rest.git.createRef({ ...at, ref: "refs/heads/agent/x", sha: main });
    expect(data).toMatchObject({ ref: "refs/heads/agent/x", object: { sha: main, type: "commit" } });
    const tip = await github.pushFiles(repository, { branch: "main", files: { y: "y" }, message: "Y" });
    await octokit.rest.git.updateRef({ ...at, ref: "heads/agent/x", sha: tip });
    const { data: moved } = await octokit.rest.git.getRef({ ...at, ref: "heads/agent/x" });
    expect(moved.object.sha).toBe(tip);
    const back = octokit.rest.git.updateRef({ ...at, ref: "heads/agent/x", sha: main });
    expect(await refusal(back)).toMatchObject({
      status: 422,
      body: { message: "Update is not a fast forward" },
    });
    const { data: matching } = await octokit.rest.git.listMatchingRefs({ ...at, ref: "heads/agent" });
    expect(matching.map(({ ref }) => ref)).toEqual(["refs/heads/agent/x"]);
    await octokit.rest.git.deleteRef({ ...at, ref: "heads/agent/x" });
    const gone = octokit.rest.git.deleteRef({ ...at, ref: "heads/agent/x" });
    expect(await refusal(gone)).toMatchObject({ status: 422, body: { message: "Reference does not exist" } });
    expect(await refusal(octokit.rest.git.getRef({ ...at, ref: "heads/agent/x" }))).toMatchObject({
      status: 404,
    });
  });

  test("with bad names, unknown objects or existing branches are refused", async () => {
    await using scene = await setScene();
    const { octokit, at, github, repository } = scene;
    const sha = (await github.branchSha(repository, "main")) ?? "";
    const create = (ref: string, to = sha): Promise<unknown> =>
      octokit.rest.git.createRef({ ...at, ref, sha: to });
    const refused = async (call: Promise<unknown>): Promise<string> => (await refusal(call)).body.message;
    expect(await refused(create("refs/heads/a..b"))).toBe("refs/heads/a..b is not a valid ref name.");
    expect(await refused(create("refs/heads/x", "0".repeat(40)))).toBe("Object does not exist");
    expect(await refused(create("refs/heads/main"))).toBe("Reference already exists");
  });
});

test("a symbolic link is followed to a file of the repository, and shown as what it is otherwise", async () => {
  await using scene = await setScene();
  const { octokit, at, github, repository } = scene;
  const files = { "docs/real.md": "Real\n", "docs/link.md": { link: "real.md" }, gone: { link: "nowhere" } };
  await github.pushFiles(repository, { branch: "main", files, message: "Link" });
  const read = async (path: string) => (await octokit.rest.repos.getContent({ ...at, path })).data;
  const content = Buffer.from("Real\n").toString("base64");
  expect(await read("docs/link.md")).toMatchObject({
    type: "file",
    path: "docs/link.md",
    content: `${content}\n`,
  });
  expect(await read("gone")).toMatchObject({ type: "symlink", target: "nowhere" });
});

test("branches and commits are listed and read", async () => {
  await using scene = await setScene();
  const { octokit, at, github, repository } = scene;
  const sha = await github.pushFiles(repository, {
    branch: "agent/with/slashes",
    files: { "README.md": "# New\n" },
    message: "Subject\n\nBody",
    by: github.createUser("mona"),
  });
  const { data: branches } = await octokit.rest.repos.listBranches(at);
  expect(branches.map(({ name }) => name)).toEqual(["agent/with/slashes", "main"]);
  const { data: branch } = await octokit.rest.repos.getBranch({ ...at, branch: "agent/with/slashes" });
  expect([branch.commit.sha, branch.protected]).toEqual([sha, false]);
  const { data: commit } = await octokit.rest.repos.getCommit({ ...at, ref: sha });
  expect(commit).toMatchObject({
    commit: { message: "Subject\n\nBody" },
    author: { login: "mona" },
    stats: { additions: 1, deletions: 1, total: 2 },
    files: [{ filename: "README.md", status: "modified" }],
  });
  const { data: log } = await octokit.rest.repos.listCommits({ ...at, sha: "agent/with/slashes" });
  expect(log.map((each) => each.commit.message.split("\n")[0])).toEqual(["Subject", "Initial commit"]);
  expect(await refusal(octokit.rest.repos.getBranch({ ...at, branch: "nowhere" }))).toMatchObject({
    status: 404,
  });
});
